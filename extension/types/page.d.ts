/** The page agent's parts, in the isolated world of the page. Injected again they replace themselves. */
declare var coteriePage: CoteriePage;

interface CoteriePage {
  Visibility: new () => CoterieVisibility;
  readSelection: (roots: readonly (Document | ShadowRoot)[], visibility: CoterieVisibility) => CoterieSelection | null;
}

/** `doubtful`: not itself, but what lies in it may be. */
type CoterieSight = "shown" | "doubtful" | "hidden";

interface CoterieVisibility {
  /** How much of an element can be seen, given that all that it lies in was not judged hidden. */
  judge(element: Element, inClosedDetails: boolean): CoterieSight;
  /** Whether the text directly in an element, that was not judged hidden, cannot be seen. */
  hidesText(element: Element, inClosedDetails: boolean): boolean;
}

/** `Selection` of the protocol. */
interface CoterieSelection {
  text: string;
  before: string;
  after: string;
}

/** `Snapshot` of the protocol. */
interface CoterieSnapshot {
  url: string;
  title: string;
  language: string | null;
  html: string;
  selection: CoterieSelection | null;
  hidden: { elements: number; characters: number };
}

interface Element {
  /** Firefox: also a closed root, for extensions only. */
  readonly openOrClosedShadowRoot?: ShadowRoot | null;
}

interface ShadowRoot {
  /** Chromium, outside the standard: the selection inside this root. */
  getSelection?(): Selection | null;
}
