// What a reader can see of a page. Whoever wants to slip an instruction to a model past its reader hides it.
//
// Hidden is: `display: none`, `visibility: hidden`, `content-visibility: hidden`, opacity of almost 0, transparent text,
// `aria-hidden`, a box without size that clips, text without size, a clip that leaves nothing, and a place that no
// scrolling reaches. Not hidden is what a reader opens with one click: the content of a closed `<details>`, text
// below the fold of an inner scroller, slides further on. Text in the colour of its background is not found out.
//
// Speed is asked in this order: first what costs least and clears most elements. Styles and rectangles of elements
// cost about 2 µs each, so that an enormous page would take seconds; then inline elements without any attribute of
// style are looked at less closely.

(() => {
  /** Time for the close look at everything, in milliseconds. */
  const CLOSE_LOOK = 60;

  const INLINE = new Set(
    ("a abbr b bdi bdo br cite code data dfn em font i ins kbd mark q rp rt ruby s samp small span strong sub sup " +
      "time tt u var wbr").split(" "),
  );

  const NOTHING_LEFT =
    /^(inset\((50%|[5-9]\d%|100%)|circle\(0(px|%)?( |\))|ellipse\(0|polygon\(0(px|%)? 0(px|%)?(, 0(px|%)? 0(px|%)?)*\))/;

  /** @typedef {{x: number, y: number}} Shift */

  /** @typedef {{element: Element, style: CSSStyleDeclaration, rect: DOMRect}} Look */

  const OPACITY_TOO = { opacityProperty: true, visibilityProperty: true };

  /** An opacity below which nobody sees anything. */
  const BARELY = 0.02;

  /** Not scrolled. */
  const STILL = { x: 0, y: 0 };

  class Visibility {
    #started = performance.now();
    #asked = 0;
    #hurried = false;
    #origin = originOf(document);
    #range = document.createRange();
    /** @type {Look | null} */
    #last = null;
    /** @type {Element | null} */
    #skipped = null;
    /** How far scrolling has moved what is in an element, against the page. @type {Map<Element, Shift>} */
    #shifts = new Map();

    /**
     * How much of an element can be seen.
     * @param {Element} element
     * @param {boolean} inClosedDetails
     * @returns {CoterieSight}
     */
    judge(element, inClosedDetails) {
      if (element.getAttribute("aria-hidden") === "true") {
        return "hidden";
      }
      if (inClosedDetails || !element.checkVisibility(OPACITY_TOO)) {
        return isOut(element, inClosedDetails) ? "hidden" : "doubtful";
      }
      if (this.#maySkip(element)) {
        this.#skipped = element;
        return "shown";
      }
      const look = this.#look(element);
      if (isClippedAway(element, look)) {
        return "hidden";
      }
      return this.#isReachable(look.rect, STILL) ? "shown" : "doubtful";
    }

    /**
     * Whether the text directly in an element, that was not judged hidden, cannot be seen.
     * @param {Element} element
     * @param {boolean} inClosedDetails
     */
    hidesText(element, inClosedDetails) {
      if (this.#skipped === element) {
        return false;
      }
      const look = this.#look(element);
      if (look.style.visibility !== "visible" || isTransparent(element, look.style)) {
        return true;
      }
      return !inClosedDetails && look.style.display !== "contents" && this.#isAway(element, look);
    }

    /** Style and place of an element; the last one is remembered. @param {Element} element @returns {Look} */
    #look(element) {
      if (this.#last?.element !== element) {
        this.#last = { element, style: getComputedStyle(element), rect: element.getBoundingClientRect() };
      }
      return this.#last;
    }

    /** Whether time is short and the element one that is hardly ever hidden by itself. @param {Element} element */
    #maySkip(element) {
      this.#asked += 1;
      if (this.#asked % 512 === 0) {
        this.#hurried = performance.now() - this.#started > CLOSE_LOOK;
      }
      return (
        this.#hurried &&
        INLINE.has(element.localName) &&
        !element.hasAttribute("class") &&
        !element.hasAttribute("style") &&
        !element.hasAttribute("id")
      );
    }

    /**
     * Whether the text of an element has no size or lies where nobody can scroll to.
     * @param {Element} element
     * @param {Look} look
     */
    #isAway(element, { rect, style }) {
      if (isSized(rect) && style.textIndent.startsWith("0") && this.#isReachable(rect, STILL)) {
        return false;
      }
      const shift = this.#shiftOf(element);
      return !textRects(element, this.#range).some((text) => isSized(text) && this.#isReachable(text, shift));
    }

    /**
     * @param {DOMRect} rect
     * @param {Shift} shift
     */
    #isReachable(rect, shift) {
      const { left, top, right } = this.#origin;
      return rect.right + shift.x > left && rect.bottom + shift.y > top && rect.left + Math.min(shift.x, 0) < right;
    }

    /**
     * How far an element has been scrolled inside of scrollers, so that what is scrolled out counts as in its place.
     * A moved box that fills the window is a scroller made by hand.
     * @param {Element} element
     * @returns {Shift}
     */
    #shiftOf(element) {
      const known = this.#shifts.get(element);
      if (known !== undefined) {
        return known;
      }
      const parent = element.parentElement ?? hostOf(element);
      const outer = parent === null || parent === document.documentElement ? STILL : this.#shiftOf(parent);
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const fills = bottom > 0 && right > 0 && bottom - top > innerHeight && right - left > innerWidth / 2;
      const shift = {
        x: outer.x + element.scrollLeft + (fills ? Math.max(0, -left) : 0),
        y: outer.y + element.scrollTop + (fills ? Math.max(0, -top) : 0),
      };
      this.#shifts.set(element, shift);
      return shift;
    }
  }

  /**
   * The edges of what can be scrolled to, as seen from the window. Some pages hold still by moving their body up.
   * @param {Document} document
   */
  function originOf({ documentElement: root, body }) {
    const box = body?.getBoundingClientRect() ?? { left: 0, top: 0 };
    const style = getComputedStyle(root);
    const cut = [style.overflowX, body && getComputedStyle(body).overflowX].some(
      (overflow) => overflow === "hidden" || overflow === "clip",
    );
    const leftward = style.direction === "rtl" || (body !== null && getComputedStyle(body).direction === "rtl");
    const right = cut || leftward ? root.clientWidth - scrollX : Infinity;
    return {
      left: leftward ? -Infinity : Math.min(-scrollX, box.left),
      top: Math.min(-scrollY, box.top),
      right: right <= 0 ? Infinity : right,
    };
  }

  /**
   * Whether style alone takes out an element, and all that is in it, that the browser calls invisible. What is not out
   * has no box of its own, or `visibility: hidden`, which descendants may undo.
   * @param {Element} element
   * @param {boolean} inClosedDetails Where the browser calls everything invisible.
   */
  function isOut(element, inClosedDetails) {
    const { display, opacity, visibility } = getComputedStyle(element);
    const unrendered = visibility === "visible" && display !== "contents" && !inClosedDetails;
    return display === "none" || Number(opacity) < BARELY || unrendered;
  }

  /**
   * Whether an element takes all that is in it out of sight, or clips it to nothing.
   * @param {Element} element
   * @param {Look} look
   */
  function isClippedAway(element, { style, rect: { width, height } }) {
    if (Number(style.opacity) < BARELY || style.contentVisibility === "hidden" || NOTHING_LEFT.test(style.clipPath)) {
      return true;
    }
    return (
      (width <= 1 || height <= 1) &&
      style.display !== "contents" &&
      style.display !== "inline" &&
      (style.overflowX !== "visible" || style.overflowY !== "visible") &&
      (style.clip !== "auto" || element.scrollWidth > width || element.scrollHeight > height)
    );
  }

  /**
   * Whether text is painted with no colour. Letters cut out of a background are visible all the same.
   * @param {Element} element
   * @param {CSSStyleDeclaration} style
   */
  function isTransparent(element, style) {
    const colour = style.webkitTextFillColor || style.color;
    if (colour.startsWith("rgb(") || !/^(transparent|rgba\(.*, 0(\.0[0-2]\d*)?\))$|\/ 0(\.0[0-2]\d*)?\)$/.test(colour)) {
      return false;
    }
    for (let at = /** @type {Element | null} */ (element); at !== null; at = at.parentElement) {
      const { backgroundClip, webkitBackgroundClip } = getComputedStyle(at);
      if ((backgroundClip || webkitBackgroundClip).includes("text")) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param {Element} element
   * @param {Range} range
   */
  function textRects(element, range) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    return texts.map((node) => {
      range.selectNodeContents(node);
      return range.getBoundingClientRect();
    });
  }

  /** @param {DOMRect} rect */
  function isSized({ width, height }) {
    return width > 1 && height > 2;
  }

  /** @param {Element} element */
  function hostOf(element) {
    const root = element.getRootNode();
    return root instanceof ShadowRoot ? root.host : null;
  }

  const page = (globalThis.coteriePage ??= /** @type {CoteriePage} */ ({}));
  page.Visibility = Visibility;
})();
