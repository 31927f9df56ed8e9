// Loads the page again when the server has another version of the site. Where there is no server for the moment, it asks again.
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
