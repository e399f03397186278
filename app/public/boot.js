// Starts the engine, and takes over when it has stopped for good: the page
// then says so and offers a fresh cluster, and is never dead.
//
// A panic in the engine's code calls `raftPlaygroundCrashed(message)` and ends
// in a trap; a trap without a panic (a full stack, no memory) arrives here as
// an error of the page.

"use strict";

(() => {
  /** Names of everything that the page keeps in this browser begin so. */
  const KEPT_PREFIX = "raft-playground";

  let crashed = false;

  const live = () => document.body.dataset.ready === "true";

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /** A link, or something that the page keeps, may be what the engine cannot bear. */
  function openFreshCluster(forget) {
    try {
      sessionStorage.removeItem(`${KEPT_PREFIX}-run`);
    } catch {
      // Without storage no run was kept.
    }
    if (forget) {
      try {
        for (const key of Object.keys(localStorage)) {
          if (key.startsWith(KEPT_PREFIX)) localStorage.removeItem(key);
        }
      } catch {
        // Without storage nothing was kept.
      }
    }
    history.replaceState(null, "", location.pathname + location.search);
    location.reload();
  }

  function report(phase, message, stack) {
    return [
      "Raft Playground stopped",
      `cause: ${message}`,
      `page: ${location.href}`,
      `phase: ${phase}`,
      `browser: ${navigator.userAgent}`,
      stack ? `stack:\n${stack}` : "stack: none",
    ].join("\n");
  }

  async function copy(field, button) {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Selected: copy it with your keys";
    }
  }

  function show(title, explanation, message, stack) {
    if (crashed) return;
    crashed = true;
    // What is left of the engine must not run on behind the message.
    window.requestAnimationFrame = () => 0;
    const startedUp = live();
    const text = report(startedUp ? "running" : "starting", message, stack);
    delete document.body.dataset.ready;
    document.body.dataset.crashed = "true";

    const heading = element("h1", { textContent: title, tabIndex: -1 });
    const field = element("textarea", { id: "crash-report", readOnly: true, value: text });
    const fresh = element("button", { type: "button", className: "primary", textContent: "Open a fresh cluster" });
    fresh.dataset.testid = "crash-fresh";
    fresh.addEventListener("click", () => openFreshCluster(!startedUp));
    const copying = element("button", { type: "button", textContent: "Copy the report" });
    copying.addEventListener("click", () => copy(field, copying));
    const page = element(
      "div",
      {},
      heading,
      element("p", { textContent: explanation }),
      element("p", { className: "cause", textContent: message }),
      element("div", { className: "actions" }, fresh, copying),
      element("label", { htmlFor: "crash-report", textContent: "Report, for whoever can mend it. It has not been sent." }),
      field,
    );
    page.setAttribute("role", "alert");
    const main = element("main", { id: "crash" }, page);
    main.dataset.testid = "crash";
    document.body.replaceChildren(main);
    document.title = "Stopped · Raft Playground";
    heading.focus();
  }

  function stopped(message, stack) {
    show(
      "The cluster has stopped",
      "A fault in this page, not in Raft, ended the engine. What ran in it is gone; nothing outside this page was touched.",
      message,
      stack,
    );
  }

  function notStarted(message, stack) {
    show(
      "The engine could not start",
      "This page runs real nodes as WebAssembly. Either a file did not arrive, or this browser cannot run it: try again, or try a newer browser.",
      message,
      stack,
    );
  }

  /** What a panic hook calls. The trap after it brings nothing new. */
  window.raftPlaygroundCrashed = (message) => {
    (live() ? stopped : notStarted)(String(message), new Error().stack);
  };

  /** Whether an error came out of the engine. An extension's errors are none of our business. */
  function ofEngine(error) {
    if (!(error instanceof Error)) return false;
    return error instanceof WebAssembly.RuntimeError || /\bwasm\b/.test(error.stack ?? "");
  }

  window.addEventListener("error", (event) => {
    if (ofEngine(event.error)) stopped(event.error.message, event.error.stack);
  });
  window.addEventListener("unhandledrejection", (event) => {
    if (ofEngine(event.reason)) stopped(event.reason.message, event.reason.stack);
  });

  async function start() {
    if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
    const { href: script } = document.querySelector('link[rel="modulepreload"]');
    const { href: module } = document.querySelector('link[type="application/wasm"]');
    const { default: init } = await import(script);
    await init({ module_or_path: module });
  }

  start().catch((error) => notStarted(String(error?.message ?? error), error?.stack));
})();
