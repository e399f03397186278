// Starts the engine, and takes over when it has stopped for good: the page
// then says so and offers a fresh cluster, and is never dead. What else can be
// offered then is in crash.js, which comes once the page is live.
//
// A panic in the engine's code calls `raftPlaygroundCrashed(message)` and ends
// in a trap; a trap without a panic (a full stack, no memory) arrives here as
// an error of the page.

"use strict";

(() => {
  /** Names of everything that the page keeps in this browser begin so. */
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

  /** A page that is loaded anew after this does not run into the same again: it knows, and keeps no run. */
  function remember(cause) {
    attempt(() => sessionStorage.removeItem(`${KEPT_PREFIX}-run`));
    attempt(() => history.replaceState(cause && { raftPlaygroundCrashed: cause }, ""));
  }

  /** A link, or something that the page keeps, may be what the engine cannot bear. */
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
    // What is left of the engine must not run on behind the message.
    window.requestAnimationFrame = () => 0;
    const startedUp = live();
    delete document.body.dataset.ready;
    document.body.dataset.crashed = "true";
    // The page as it was may tell more than the engine can.
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
    // Without it, what is said above has to do.
    (window.raftPlaygroundCrash ? Promise.resolve() : brought("crash.js")).then(() => window.raftPlaygroundCrash(facts), () => {});
  }

  const stopped = (message, stack) => show("stopped", "The cluster has stopped", message, stack);
  const notStarted = (message, stack) => show("start", "The engine could not start", message, stack);

  /** What a panic hook calls. The trap after it brings nothing new. */
  window.raftPlaygroundCrashed = (message) => {
    (live() ? stopped : notStarted)(String(message), new Error().stack);
  };

  /** Whether an error came out of the engine. An extension's errors are none of our business. */
  function ofEngine(error) {
    if (!(error instanceof Error)) return false;
    return error instanceof WebAssembly.RuntimeError || /\bwasm\b/.test(error.stack ?? "");
  }

  const hear = (error) => {
    if (ofEngine(error)) (live() ? stopped : notStarted)(error.message, error.stack);
  };
  window.addEventListener("error", (event) => hear(event.error));
  window.addEventListener("unhandledrejection", (event) => hear(event.reason));

  /** A file that a tag in the page's head names: its address, and the digest that it must have. */
  function named(name) {
    const { content, dataset } = document.querySelector(`meta[name="${name}"]`);
    return { url: new URL(content, document.baseURI), integrity: dataset.integrity ?? "" };
  }

  /** The browser refuses what is not as it was built. It does not say so: a file that arrives otherwise was changed. */
  async function refused({ url, integrity }, error) {
    const arrives = integrity && (await fetch(url, { cache: "reload" }).then(({ ok }) => ok, () => false));
    throw arrives ? new Error(`${url.pathname.split("/").pop()} is not the file that this page was built with: it was changed on its way or on the server`) : error;
  }

  const fetched = (file) => fetch(file.url, { integrity: file.integrity }).catch((error) => refused(file, error));

  /** The engine's script, by its digest where the browser can: what was preloaded is what is imported. */
  async function imported(file) {
    const link = document.createElement("link");
    if (file.integrity && link.relList.supports("modulepreload")) {
      await new Promise((arrived, failed) => {
        document.head.append(Object.assign(link, { rel: "modulepreload", href: file.url, integrity: file.integrity, onload: arrived, onerror: () => failed(new Error(`${file.url} did not arrive`)) }));
      }).catch((error) => refused(file, error));
    }
    return import(file.url);
  }

  /** What only embeds need, and pages that are told what to play. Resolves when the engine may start. */
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
    // A page in a single file brings its engine.
    if (window.raftPlaygroundEngine) return window.raftPlaygroundEngine();
    // Both are asked for at once.
    const module = fetched(named("engine-module"));
    module.catch(() => {});
    const { default: init } = await imported(named("engine-script"));
    await init({ module_or_path: module });
    window.raftPlaygroundDigests?.();
    // Ready for when nothing can be brought any more.
    brought("crash.js").catch(() => {});
  }

  start().catch((error) => notStarted(String(error?.message ?? error), error?.stack));
})();
