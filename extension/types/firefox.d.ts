/** What Firefox has instead of `chrome.sidePanel`. */
declare namespace chrome.sidebarAction {
  function open(): Promise<void>;
}

/** Firefox says here why a port closed; Chromium says it in `chrome.runtime.lastError`. */
declare namespace chrome.runtime {
  interface Port {
    error?: { message: string } | null;
  }
}
