// Reloads the page when the server has a new version of the site. Tries again while the server cannot be reached.
(async ({ changes, version }) => {
  for (;;) {
    try {
      const answer = await fetch(`${changes}?${version}`);
      if ((await answer.text()) !== version) return location.reload();
    } catch {
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
})(document.currentScript.dataset);
