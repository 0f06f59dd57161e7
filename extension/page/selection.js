// The passage that the reader selected, with what stands before and after it.

(() => {
  /** How much of the surroundings is taken, in characters on each side. */
  const SURROUNDINGS = 400;

  /** Fields that keep secrets even while their text is shown. */
  const SECRET = /password|one-time-code|cc-/;

  const BLOCK =
    "address, article, aside, blockquote, body, dd, div, dt, figcaption, footer, h1, h2, h3, h4, h5, h6, header, li, " +
    "main, nav, p, pre, section, td, th";

  const NO_TEXT = "script, style, noscript, template, textarea, select";

  /**
   * What is selected in a text field or in the text of any of the roots; `null` when nothing is.
   * @param {readonly (Document | ShadowRoot)[]} roots
   * @param {CoterieVisibility} visibility
   * @returns {CoterieSelection | null}
   */
  function readSelection(roots, visibility) {
    const field = focused(document);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
      const selected = inField(field);
      if (selected !== null) {
        return selected;
      }
    }
    for (const root of roots) {
      const selected = inText(root instanceof Document ? root.getSelection() : root.getSelection?.(), visibility);
      if (selected !== null) {
        return selected;
      }
    }
    return null;
  }

  /** The element with the focus, inside of shadow roots too. @param {Document | ShadowRoot} root */
  function focused(root) {
    let { activeElement } = root;
    while (activeElement?.shadowRoot?.activeElement) {
      ({ activeElement } = activeElement.shadowRoot);
    }
    return activeElement;
  }

  /**
   * @param {HTMLInputElement | HTMLTextAreaElement} field
   * @returns {CoterieSelection | null}
   */
  function inField(field) {
    if (field.type === "password" || SECRET.test(field.autocomplete)) {
      return null;
    }
    const { value, selectionStart: start, selectionEnd: end } = field;
    // Fields of other types than text have no selection.
    if (start === null || end === null || start >= end) {
      return null;
    }
    return trimmed({
      text: value.slice(start, end),
      before: value.slice(Math.max(0, start - SURROUNDINGS), start),
      after: value.slice(end, end + SURROUNDINGS),
    });
  }

  /**
   * @param {Selection | null | undefined} selection
   * @param {CoterieVisibility} visibility
   * @returns {CoterieSelection | null}
   */
  function inText(selection, visibility) {
    if (!selection || selection.rangeCount === 0) {
      return null;
    }
    const range = selection.getRangeAt(0);
    if (range.collapsed) {
      return null;
    }
    // The browser writes it as the reader sees it: paragraphs apart, hidden text left out.
    return trimmed({
      text: selection.toString(),
      before: surroundings(range, "before", visibility),
      after: surroundings(range, "after", visibility),
    });
  }

  /**
   * @param {Range} range
   * @param {"before" | "after"} side
   * @param {CoterieVisibility} visibility
   */
  function surroundings(range, side, visibility) {
    const before = side === "before";
    const [node, offset] = before
      ? [range.startContainer, range.startOffset]
      : [range.endContainer, range.endOffset];
    let collected = "";
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.nodeValue ?? "";
      collected = before ? text.slice(0, offset) : text.slice(offset);
    }
    let block = blockOf(node);
    for (const text of textsFrom(node, offset, before)) {
      if (collected.length >= SURROUNDINGS) {
        break;
      }
      if (!isShown(text.parentElement, visibility)) {
        continue;
      }
      const gap = blockOf(text) === block ? "" : "\n";
      block = blockOf(text);
      collected = before ? text.data + gap + collected : collected + gap + text.data;
    }
    const tidy = collected.replace(/[^\S\n]+/g, " ").replace(/\s*\n\s*/g, "\n");
    return before ? tidy.trimStart().slice(-SURROUNDINGS) : tidy.trimEnd().slice(0, SURROUNDINGS);
  }

  /**
   * The texts before or after a place, nearest first.
   * @param {Node} node
   * @param {number} offset
   * @param {boolean} before
   * @returns {Generator<Text>}
   */
  function* textsFrom(node, offset, before) {
    const walker = document.createTreeWalker(node.getRootNode(), NodeFilter.SHOW_TEXT);
    const child = node.childNodes[offset];
    if (node.nodeType === Node.TEXT_NODE || before) {
      walker.currentNode = child ?? node;
    } else {
      // `after` begins with the child at the offset itself; without one, behind the last descendant.
      walker.currentNode = child ?? lastInside(node);
      if (child?.nodeType === Node.TEXT_NODE) {
        yield /** @type {Text} */ (child);
      }
    }
    if (before && child === undefined && node.nodeType !== Node.TEXT_NODE) {
      walker.currentNode = lastInside(node);
      if (walker.currentNode.nodeType === Node.TEXT_NODE) {
        yield /** @type {Text} */ (walker.currentNode);
      }
    }
    for (;;) {
      const next = before ? walker.previousNode() : walker.nextNode();
      if (next === null) {
        return;
      }
      yield /** @type {Text} */ (next);
    }
  }

  /** @param {Node} node */
  function lastInside(node) {
    let last = node;
    while (last.lastChild !== null) {
      last = last.lastChild;
    }
    return last;
  }

  /** @param {Node} node */
  function blockOf(node) {
    const element = node instanceof Element ? node : node.parentElement;
    return element?.closest(BLOCK) ?? null;
  }

  /**
   * @param {Element | null} element
   * @param {CoterieVisibility} visibility
   */
  function isShown(element, visibility) {
    return (
      element !== null &&
      element.closest(NO_TEXT) === null &&
      element.closest("[aria-hidden=true]") === null &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !visibility.hidesText(element, false)
    );
  }

  /**
   * @param {CoterieSelection} selection
   * @returns {CoterieSelection | null}
   */
  function trimmed({ text, before, after }) {
    return text.trim() === "" ? null : { text: text.trim(), before, after };
  }

  const page = (globalThis.coteriePage ??= /** @type {CoteriePage} */ ({}));
  page.readSelection = readSelection;
})();
