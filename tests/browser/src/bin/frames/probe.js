// Measures the script time between two frames, from the page's first script on, and finds the engine's
// memory. The page is not changed for it.
(() => {
  const probe = { frames: [], memory: null };
  let spent = 0;
  let began = 0;
  const frame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = callback => {
    const id = frame(now => {
      began = performance.now();
      callback(now);
    });
    // A second callback of the same frame runs after the microtasks of the first one, such as effects.
    frame(now => {
      probe.frames.push([now, spent + performance.now() - began]);
      spent = 0;
    });
    return id;
  };
  // Effects may start further effects; after this many turns of the microtask queue none is left.
  const TURNS = 16;
  const settle = start => {
    let turns = TURNS;
    const turn = () => {
      if (turns-- > 0) queueMicrotask(turn);
      else spent += performance.now() - start;
    };
    turn();
  };
  probe.measured = work => {
    const start = performance.now();
    work();
    settle(start);
  };
  for (const name of ['setTimeout', 'setInterval']) {
    const timer = window[name].bind(window);
    window[name] = (callback, ...rest) =>
      timer(typeof callback === 'function' ? (...given) => probe.measured(() => callback(...given)) : callback, ...rest);
  }
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const make = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...given) => {
      const made = await make(...given);
      const memory = (made.instance ?? made).exports.memory;
      if (memory) probe.memory = memory;
      return made;
    };
  }
  window.raftPlaygroundProbe = probe;
})();
