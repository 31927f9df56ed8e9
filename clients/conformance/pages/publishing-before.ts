/** Sends a request, and repeats it as the page of the API says. */
export async function send(url: string, init: RequestInit): Promise<unknown> {
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(url, init);
    if (response.ok) return await response.json();
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    const mayRepeat = response.status === 429 || response.status >= 500;
    if (!mayRepeat || attempt === 3) throw new Error(`${error.code}: ${error.message}`);
    const header = response.headers.get("Retry-After");
    const ms = header === null ? 1000 * 2 ** attempt : 1000 * Number.parseInt(header, 10);
    await new Promise((done) => setTimeout(done, ms));
  }
}
