import { type Config, httpUrl } from "../config.ts";
import { ACCOUNTS, seedAccounts } from "./accounts.ts";
import { signIn } from "./api.ts";
import { seedCatalogue } from "./catalogue.ts";

/** Gives an empty platform its accounts, venue and events; what is there stays. @returns in a few words what it did */
export async function seedIfEmpty(config: Config): Promise<string> {
  const accounts = await seedAccounts(config);
  const organiser = await signIn(httpUrl(config, "gateway"), ACCOUNTS.organiser);
  const events = await seedCatalogue(organiser, Date.now());
  const created = [count(accounts, "account"), count(events, "event")].filter((text) => text !== null);
  return created.length === 0 ? "everything was there" : `${created.join(" and ")} created`;
}

const count = (n: number, what: string) => (n === 0 ? null : `${n} ${what}${n === 1 ? "" : "s"}`);

/** What a start prints below its table: the test accounts and a line to try. */
export function welcome(config: Config): string {
  const url = `http://localhost:${config.ports.gateway}`;
  const accounts = Object.values(ACCOUNTS);
  const width = Math.max(...accounts.map(({ email }) => email.length));
  return [
    "Accounts:",
    ...accounts.map(
      ({ email, password, role }) => `  ${email.padEnd(width)}  ${password.padEnd(15)} ${role}`,
    ),
    "",
    "Try:",
    `  curl -s '${url}/api/events'`,
  ].join("\n");
}
