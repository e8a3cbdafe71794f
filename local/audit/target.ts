import { apiClient, type Client } from "#shared/client/client.ts";
import { CommandError, UsageError } from "../cli/command.ts";
import type { Config } from "../config.ts";
import { ACCOUNTS } from "../seed/accounts.ts";
import { ApiError, signIn } from "../seed/api.ts";

/**
 * The API as an admin: of the platform that `TICKETFLOW_URL` and `TICKETFLOW_TOKEN` name, else of this machine's, where
 * the seeded admin signs in.
 * @throws UsageError when only one of the two is set, CommandError when nobody could sign in
 */
export async function auditTarget(env: NodeJS.ProcessEnv, config: () => Config): Promise<Client> {
  const { TICKETFLOW_URL: url, TICKETFLOW_TOKEN: token } = env;
  if (Boolean(url) !== Boolean(token)) {
    throw new UsageError(
      "TICKETFLOW_URL and TICKETFLOW_TOKEN go together: an address, and an admin's token.",
    );
  }
  if (url && token) {
    if (!URL.canParse(url) || !/^https?:/.test(url))
      throw new UsageError(`TICKETFLOW_URL is no http or https address: "${url}".`);
    return apiClient({ baseUrl: url.replace(/\/+$/, ""), token });
  }
  const baseUrl = `http://localhost:${config().ports.gateway}`;
  try {
    return await signIn(baseUrl, ACCOUNTS.admin);
  } catch (error) {
    if (error instanceof ApiError)
      throw new CommandError(`The seeded admin could not sign in: ${error.message}`);
    throw new CommandError(`Nothing answers at ${baseUrl}. Does \`npm start\` run there?`);
  }
}
