/** What a browser does for a sign-in: it keeps each site's cookies, and follows redirects one at a time. */
export class Browser {
  /** By site, then by name. */
  readonly #cookies = new Map<string, Map<string, string>>();

  async get(address: string): Promise<Response> {
    const { host } = new URL(address);
    const cookies = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, cookies);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(address, { redirect: "manual", headers: { cookie, accept: "*/*" } });
    for (const set of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = set.split("; ");
      const [name = "", ...value] = pair.split("=");
      if (attributes.includes("Max-Age=0")) cookies.delete(name);
      else cookies.set(name, value.join("="));
    }
    return response;
  }

  cookie(address: string, name: string): string | undefined {
    return this.#cookies.get(new URL(address).host)?.get(name);
  }

  setCookie(address: string, name: string, value: string): void {
    this.#cookies.get(new URL(address).host)?.set(name, value);
  }

  /** Follows redirects from an address on. @returns the first address for which `isThere` holds, not visited */
  async follow(from: string, isThere: (address: string) => boolean): Promise<string> {
    let address = from;
    for (let hops = 0; hops < 10; hops++) {
      if (isThere(address)) return address;
      const response = await this.get(address);
      const location = response.headers.get("location");
      if (!location) throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
      address = new URL(location, address).href;
    }
    throw new Error(`no end of redirects from ${from}`);
  }
}
