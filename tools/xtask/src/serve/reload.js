// Reloads the page after each build, and shows why a build failed. Only a page of `cargo xtask serve` has
// this script.

"use strict";

(() => {
  // An embed is reloaded with the page around it.
  if (window.top !== window) return;
  const version = new URL(document.currentScript.src).search.slice(1);
  let told;
  let source;

  function show(failure) {
    told ??= document.body.appendChild(document.createElement("pre"));
    told.setAttribute("role", "alert");
    told.style.cssText = "position:fixed;inset:auto 0 0 0;z-index:2147483647;margin:0;padding:1rem;background:#7a0000;color:#fff;white-space:pre-wrap";
    told.textContent = `This page is older than its sources. ${failure}`;
  }

  function listen() {
    source?.close();
    source = undefined;
    // A browser has few connections to one server: a hidden page holds none.
    if (document.visibilityState === "hidden") return;
    source = new EventSource("/-serve/changes");
    source.addEventListener("made", (event) => {
      if (event.data !== version) location.reload();
      told?.remove();
      told = undefined;
    });
    source.addEventListener("failed", (event) => show(event.data));
  }

  document.addEventListener("visibilitychange", listen);
  listen();
})();
