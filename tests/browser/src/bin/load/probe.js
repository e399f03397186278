// Records, in the page or in the frame of an embed, when the ring was first painted and when the cluster
// runs, and tells the outermost page on its clock. The page is not changed for it.
(() => {
  const since = performance.timeOrigin - top.performance.timeOrigin;
  const size = (entry) => entry.transferSize;
  const received = () => {
    const resources = performance.getEntriesByType("resource");
    // A frame is a resource of the host page and its own navigation, but must count once.
    const own = window === top ? performance.getEntriesByType("navigation") : [];
    return [...resources, ...own].reduce((sum, entry) => sum + size(entry), 0);
  };
  const ring = () => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return paint ? since + paint.startTime : 0;
  };
  const note = () => {
    if (document.body?.dataset.ready !== "true") return false;
    const live = since + performance.now();
    const around = window === top ? 0 : top.performance.getEntriesByType("navigation")[0].transferSize +
      top.performance.getEntriesByType("resource").reduce((sum, entry) => sum + size(entry), 0);
    // The paint entry may come later.
    const tell = () => {
      if (ring() === 0) setTimeout(tell, 50);
      else top.raftPlaygroundArrived = { bytes: received() + around, ring: ring(), live };
    };
    tell();
    return true;
  };
  performance.setResourceTimingBufferSize(1000);
  const watch = new MutationObserver(() => note() && watch.disconnect());
  watch.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ready"] });
})();
