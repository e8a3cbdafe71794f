import type { Context } from "hono";
import style from "swagger-ui-dist/swagger-ui.css" with { type: "text" };
import script from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "text" };
import type { GatewayHono } from "./env.ts";

const SCRIPT_PATH = "/docs/swagger-ui.js";
const STYLE_PATH = "/docs/swagger-ui.css";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>TicketFlow API</title>
    <link rel="stylesheet" href="${STYLE_PATH}">
  </head>
  <body>
    <div id="docs"></div>
    <script src="${SCRIPT_PATH}"></script>
    <script>SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true });</script>
  </body>
</html>
`;

const DAY = "public, max-age=86400";

/** The browsable API reference, from {@link openApiDocument}; whole in itself, so that it needs no other host. */
export const docs = {
  "/docs": (c: Context<GatewayHono>) => c.html(PAGE),
  [SCRIPT_PATH]: (c: Context<GatewayHono>) =>
    c.body(script, 200, { "content-type": "text/javascript; charset=utf-8", "cache-control": DAY }),
  [STYLE_PATH]: (c: Context<GatewayHono>) =>
    c.body(style, 200, { "content-type": "text/css; charset=utf-8", "cache-control": DAY }),
};
