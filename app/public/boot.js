// Starts the engine, and takes over when it has stopped for good: the page then shows a message and offers a
// fresh cluster. What else it can offer is in crash.js, which is loaded once the page is live.
//
// A panic in the engine's code calls `raftPlaygroundCrashed(message)` and ends in a trap; a trap without a
// panic (stack overflow, out of memory) arrives here as an error of the page.

"use strict";

(() => {
  /** The prefix of all keys that the page stores in this browser. */
  const KEPT_PREFIX = "raft-playground";
  /** Parameters that say what to play. */
  const PLAYED = ["scenario", "text"];

  let crashed = false;

  const live = () => document.body.dataset.ready === "true";

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function attempt(deed) {
    try {
      return deed();
    } catch {
      // Storage and history are optional.
    }
  }

  /** Records the cause, so that a reloaded page does not fail in the same way: it keeps no run. */
  function remember(cause) {
    attempt(() => sessionStorage.removeItem(`${KEPT_PREFIX}-run`));
    attempt(() => history.replaceState(cause && { raftPlaygroundCrashed: cause }, ""));
  }

  /** A link, or something that the page stores, may be the cause. */
  function openFreshCluster(forget) {
    remember(null);
    if (forget) {
      attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(KEPT_PREFIX)).forEach((key) => localStorage.removeItem(key)));
    }
    const address = new URL(location.href);
    address.hash = "";
    PLAYED.forEach((name) => address.searchParams.delete(name));
    attempt(() => history.replaceState(null, "", address));
    location.reload();
  }

  const brought = (src) =>
    new Promise((arrived, failed) => {
      document.head.append(element("script", { src, onload: arrived, onerror: () => failed(new Error(`${src} did not arrive`)) }));
    });

  function show(kind, title, message, stack) {
    if (crashed) return;
    crashed = true;
    // The rest of the engine must not run on behind the message.
    window.requestAnimationFrame = () => 0;
    const startedUp = live();
    delete document.body.dataset.ready;
    document.body.dataset.crashed = "true";
    // The page as it was may contain more than the engine can tell.
    const page = document.createDocumentFragment();
    page.append(...document.body.childNodes);
    const fresh = element("button", { type: "button", className: "crash-primary", textContent: "Open a fresh cluster" });
    fresh.dataset.testid = "crash-fresh";
    fresh.addEventListener("click", () => openFreshCluster(!startedUp && kind !== "again"));
    const heading = element("h1", { textContent: title, tabIndex: -1 });
    const told = element("div", {}, heading, element("p", { className: "crash-cause", textContent: message }), element("div", { className: "crash-actions" }, fresh));
    told.setAttribute("role", "alert");
    const main = element("main", { id: "crash" }, told);
    main.dataset.testid = "crash";
    document.body.append(main);
    document.title = "Stopped · Raft Playground";
    heading.focus();
    if (kind !== "again") remember(message);
    const facts = { kind, message, stack, page, told, fresh, phase: startedUp ? "running" : "starting", again: () => remember(null) };
    // Without crash.js, the message above must suffice.
    (window.raftPlaygroundCrash ? Promise.resolve() : brought("crash.js")).then(() => window.raftPlaygroundCrash(facts), () => {});
  }

  const stopped = (message, stack) => show("stopped", "The cluster has stopped", message, stack);
  const notStarted = (message, stack) => show("start", "The engine could not start", message, stack);

  /** Is called by the panic hook. The trap after it brings nothing new. */
  window.raftPlaygroundCrashed = (message) => {
    (live() ? stopped : notStarted)(String(message), new Error().stack);
  };

  /** Whether an error came from the engine. Errors of browser extensions are ignored. */
  function ofEngine(error) {
    if (!(error instanceof Error)) return false;
    return error instanceof WebAssembly.RuntimeError || /\bwasm\b/.test(error.stack ?? "");
  }

  const hear = (error) => {
    if (ofEngine(error)) (live() ? stopped : notStarted)(error.message, error.stack);
  };
  window.addEventListener("error", (event) => hear(event.error));
  window.addEventListener("unhandledrejection", (event) => hear(event.reason));

  /** Returns a file that a tag in the page's head names: its address, and its digest. */
  function named(name) {
    const { content, dataset } = document.querySelector(`meta[name="${name}"]`);
    return { url: new URL(content, document.baseURI), integrity: dataset.integrity ?? "" };
  }

  /** Whether the browser refused a file that differs from what was built. The browser does not say so: a
      file that arrives otherwise was changed. */
  async function refused({ url, integrity }, error) {
    const arrives = integrity && (await fetch(url, { cache: "reload" }).then(({ ok }) => ok, () => false));
    throw arrives ? new Error(`${url.pathname.split("/").pop()} is not the file that this page was built with: it was changed on its way or on the server`) : error;
  }

  const fetched = (file) => fetch(file.url, { integrity: file.integrity }).catch((error) => refused(file, error));

  /** Imports the engine's script, with its digest where the browser supports that: the preloaded script is
      the imported one. */
  async function imported(file) {
    const link = document.createElement("link");
    if (file.integrity && link.relList.supports("modulepreload")) {
      await new Promise((arrived, failed) => {
        document.head.append(Object.assign(link, { rel: "modulepreload", href: file.url, integrity: file.integrity, onload: arrived, onerror: () => failed(new Error(`${file.url} did not arrive`)) }));
      }).catch((error) => refused(file, error));
    }
    return import(file.url);
  }

  /** Loads what only embeds and pages with parameters need. Resolves when the engine may start. */
  async function parameters() {
    if (!window.raftPlaygroundEmbed) await brought("embed.js");
    await window.raftPlaygroundEmbed.gate;
  }

  async function start() {
    if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
    const block = document.getElementById("raft-playground-query");
    const told = block?.textContent.trim() || /[?&](embed|scenario|text)\b/.test(location.search);
    const before = history.state?.raftPlaygroundCrashed;
    if (before && (told || location.hash.length > 1)) return show("again", "This run stopped the engine before", before);
    if (before) remember(null);
    if (told) await parameters();
    // A page in a single file contains its engine.
    if (window.raftPlaygroundEngine) return window.raftPlaygroundEngine();
    // Both are requested at once.
    const module = fetched(named("engine-module"));
    module.catch(() => {});
    const { default: init } = await imported(named("engine-script"));
    await init({ module_or_path: module });
    window.raftPlaygroundDigests?.();
    // Loaded now, for a time when nothing can be loaded any more.
    brought("crash.js").catch(() => {});
  }

  start().catch((error) => notStarted(String(error?.message ?? error), error?.stack));
})();
