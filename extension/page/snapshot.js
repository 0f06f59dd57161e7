// The page as its reader sees it, written as HTML without scripts, styles and hidden text.
//
// The live document is walked once and written down as text at once: no copy of it is made in which something could
// be loaded or run, and no markup is parsed here, so that neither Content Security Policy nor Trusted Types matter.
// What an extractor goes by is kept: structure, classes, ids, roles. Frames are left out.

(() => {
  /** Left out with all that is in it: not text, or not the author's. */
  const LEFT_OUT = new Set(
    ("annotation annotation-xml applet audio canvas datalist desc embed frame frameset head iframe img input link map meta " +
      "noembed noframes noscript object optgroup option picture progress script select source style svg template " +
      "textarea title track video").split(" "),
  );

  const VOID = new Set(["br", "col", "hr", "wbr"]);

  const VERBATIM = new Set(["pre", "listing", "xmp", "plaintext"]);

  /** What extraction goes by. Nothing that only a machine reads: no `title`, `alt` or `aria-label`. */
  const ATTRIBUTES = ["class", "id", "role", "itemprop", "datetime", "lang", "dir", "rel", "data-component", "data-testid"];

  /** What of the head says something about the text. Descriptions are not seen by the reader, so they stay out. */
  const META = /^(author|language|content-language|og:(title|site_name|type|url|locale)|article:.*_time)$/i;

  const MAX_ATTRIBUTE = 300;
  const MAX_DEPTH = 512;

  /** No page that is read is larger; one that is loses its end. Characters and elements. */
  const MAX_HTML = 16 * 1024 * 1024;
  const MAX_ELEMENTS = 1_000_000;

  const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i;

  /**
   * A part of the page that is hidden; it is counted once, however many elements it has.
   * @typedef {{counted: boolean}} Part
   */

  /**
   * Where the walk is.
   * @typedef {object} Place
   * @property {number} depth
   * @property {boolean} verbatim Whether white space is kept.
   * @property {boolean} closed Whether this is inside of a closed `<details>`.
   * @property {Part | null} part
   */

  class Writer {
    html = "";
    #elements = 0;
    hidden = { elements: 0, characters: 0 };
    /** @type {(Document | ShadowRoot)[]} */
    roots = [document];

    /** @param {CoterieVisibility} visibility */
    constructor(visibility) {
      this.visibility = visibility;
    }

    /**
     * @param {Element} element
     * @param {Place} place
     */
    element(element, place) {
      const name = element.localName;
      if (LEFT_OUT.has(name) || place.depth > MAX_DEPTH || this.#isFull()) {
        return;
      }
      this.#elements += 1;
      const sight = this.visibility.judge(element, place.closed);
      if (sight === "hidden") {
        this.#add(place.part ?? { counted: false }, textLengthOf(element));
        return;
      }
      const inside = this.#inside(element, place);
      inside.part ??= sight === "doubtful" ? { counted: false } : null;
      const tag = tagOf(element);
      if (tag === null) {
        this.children(element, inside);
        return;
      }
      this.html += `<${tag}${attributesOf(element)}>`;
      if (!VOID.has(tag)) {
        this.children(element, inside);
        this.html += `</${tag}>`;
      }
    }

    #isFull() {
      return this.html.length > MAX_HTML || this.#elements > MAX_ELEMENTS;
    }

    /**
     * The place of what is in an element.
     * @param {Element} element
     * @param {Place} place
     * @returns {Place}
     */
    #inside(element, place) {
      const { localName, parentElement } = element;
      const opened = localName === "summary" && parentElement === element.closest("details");
      return {
        depth: place.depth + 1,
        verbatim: place.verbatim || VERBATIM.has(localName),
        closed: (place.closed && !opened) || (localName === "details" && !element.hasAttribute("open")),
        part: place.part,
      };
    }

    /**
     * @param {Element} element
     * @param {Place} place
     */
    children(element, place) {
      const nodes = childrenOf(element, this.roots);
      let here = place;
      if (nodes.some(isText)) {
        const hides = this.visibility.hidesText(element, place.closed);
        here = { ...place, part: hides ? (place.part ?? { counted: false }) : null };
      }
      for (const node of nodes) {
        const { nodeType } = node;
        if (nodeType === Node.ELEMENT_NODE) {
          this.element(/** @type {Element} */ (node), here);
        } else if (nodeType === Node.TEXT_NODE || nodeType === Node.CDATA_SECTION_NODE) {
          this.#text(/** @type {Text} */ (node).data, here);
        }
      }
    }

    /**
     * @param {string} text
     * @param {Place} place
     */
    #text(text, { part, verbatim }) {
      if (part === null) {
        this.html += escaped(verbatim ? text : collapsed(text));
      } else {
        this.#add(part, textLength(text));
        this.html += " ";
      }
    }

    /**
     * @param {Part} part
     * @param {number} characters
     */
    #add(part, characters) {
      if (characters === 0) {
        return;
      }
      this.hidden.elements += part.counted ? 0 : 1;
      this.hidden.characters += characters;
      part.counted = true;
    }
  }

  /**
   * What is shown inside of an element: a shadow tree in place of the children, the assigned nodes in place of a slot.
   * @param {Element} element
   * @param {(Document | ShadowRoot)[]} roots
   * @returns {Node[]}
   */
  function childrenOf(element, roots) {
    const root = shadowOf(element);
    if (root !== null) {
      roots.push(root);
      return nodesIn(root);
    }
    const assigned = element instanceof HTMLSlotElement ? element.assignedNodes() : [];
    return assigned.length > 0 ? assigned : nodesIn(element);
  }

  /** Spreading `childNodes` takes ten times as long. @param {Node} parent */
  function nodesIn(parent) {
    const nodes = [];
    for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
      nodes.push(node);
    }
    return nodes;
  }

  /** @param {Element} element */
  function shadowOf(element) {
    if (element.shadowRoot !== null || !element.localName.includes("-") || !(element instanceof HTMLElement)) {
      return element.shadowRoot;
    }
    // Extensions may look into closed ones too: the reader sees what is in them.
    return element.openOrClosedShadowRoot ?? globalThis.chrome?.dom?.openOrClosedShadowRoot(element) ?? null;
  }

  /**
   * The tag to write, `null` for none. Elements of other vocabularies hold text, their names say nothing.
   * @param {Element} element
   */
  function tagOf({ localName, namespaceURI }) {
    if (namespaceURI !== "http://www.w3.org/1999/xhtml") {
      return localName === "text" ? "p" : null;
    }
    if (localName === "slot" || !/^[a-z][a-z0-9.-]*$/.test(localName)) {
      return null;
    }
    return VERBATIM.has(localName) ? "pre" : localName;
  }

  /** @param {Element} element */
  function attributesOf(element) {
    let written = "";
    if (!element.hasAttributes()) {
      return written;
    }
    for (const name of ATTRIBUTES) {
      const value = element.getAttribute(name);
      if (value !== null) {
        written += ` ${name}="${escaped(value.slice(0, MAX_ATTRIBUTE))}"`;
      }
    }
    const address = element.localName === "a" ? element.getAttribute("href") : null;
    if (address !== null && !/^\s*(javascript|data|blob):/i.test(address)) {
      written += ` href="${escaped(address.slice(0, MAX_ATTRIBUTE))}"`;
    }
    return written;
  }

  /** @param {Node} node */
  function isText(node) {
    return node.nodeType === Node.TEXT_NODE && /\S/.test(/** @type {Text} */ (node).data);
  }

  /** @param {string} text */
  function escaped(text) {
    return /[&<>"]/.test(text)
      ? text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
      : text;
  }

  /** White space as it is shown; most texts need nothing done. @param {string} text */
  function collapsed(text) {
    return /[^\S ]|  /.test(text) ? text.replace(/\s+/g, " ") : text;
  }

  /** @param {string} text */
  function textLength(text) {
    return collapsed(text).trim().length;
  }

  /** The length of the text of an element, without what would be left out anyway. @param {Element} element */
  function textLengthOf(element) {
    let length = 0;
    const accept = (/** @type {Node} */ node) =>
      node instanceof Element && LEFT_OUT.has(node.localName) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, accept);
    while (walker.nextNode() !== null) {
      const { currentNode } = walker;
      length += currentNode.nodeType === Node.TEXT_NODE ? textLength(currentNode.nodeValue ?? "") : 0;
    }
    return length;
  }

  /** What the document says of its language, if it says something that is one. */
  function languageOf() {
    const root = document.documentElement;
    const declared = [
      root?.getAttribute("lang"),
      root?.getAttribute("xml:lang"),
      document.body?.getAttribute("lang"),
      document.querySelector("meta[http-equiv='content-language' i]")?.getAttribute("content")?.split(",")[0],
      document.querySelector("meta[property='og:locale']")?.getAttribute("content"),
    ];
    const tags = declared.map((tag) => tag?.trim().replaceAll("_", "-") ?? "");
    return tags.find((tag) => LANGUAGE.test(tag)) ?? null;
  }

  function headOf() {
    const metas = [...document.querySelectorAll("meta[content]")].map((meta) => {
      const attribute = ["property", "name", "http-equiv"].find((name) => META.test(meta.getAttribute(name) ?? ""));
      const content = escaped((meta.getAttribute("content") ?? "").slice(0, MAX_ATTRIBUTE));
      const name = attribute && `${attribute}="${escaped(meta.getAttribute(attribute) ?? "")}"`;
      return name ? `<meta ${name} content="${content}">` : "";
    });
    return `<head><title>${escaped(document.title)}</title>${metas.join("")}</head>`;
  }

  /** @returns {CoterieSnapshot} */
  function takeSnapshot() {
    const visibility = new coteriePage.Visibility();
    const writer = new Writer(visibility);
    const language = languageOf();
    const root = document.documentElement;
    const body = document.body ?? root;
    writer.html += `<!DOCTYPE html><html${language ? ` lang="${language}"` : ""}>${headOf()}`;
    const place = { depth: 0, verbatim: false, closed: false, part: null };
    if (body instanceof HTMLBodyElement) {
      writer.element(body, place);
    } else if (root !== null) {
      writer.html += "<body>";
      writer.children(root, place);
      writer.html += "</body>";
    }
    writer.html += "</html>";
    return {
      url: location.href,
      title: document.title,
      language,
      html: writer.html,
      selection: coteriePage.readSelection(writer.roots, visibility),
      hidden: writer.hidden,
    };
  }

  return takeSnapshot();
})();
