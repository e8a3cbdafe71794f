import type { Hono } from "hono";
import { html } from "hono/html";
import { type Decision, discardLetter, MAX_REASON, replayLetter } from "#shared/dead-letters/decide.ts";
import { type DeadLetter, type LetterPlace, letterId, parseLetterId } from "#shared/dead-letters/letter.ts";
import { findLetter, readLetters } from "#shared/dead-letters/read.ts";
import { topicNames, topicOf } from "#shared/saga/wire.ts";
import { decisionText, errorOf } from "../../dead-letters/present.ts";
import { type ConsoleDeps, notFound, show } from "../answer.ts";
import { fields, link, notice, source, table, time } from "../html/elements.ts";
import { type Html, page } from "../html/layout.ts";

const AREA = "/dead-letters";
const BY = "an operator (console)";

/** The list, a letter, and the two decisions about it. */
export function deadLetterPages(app: Hono, deps: ConsoleDeps): void {
  app.get(AREA, async (c) => {
    const all = c.req.query("all") === "1";
    const topic = topicOf(`ticketflow.${c.req.query("topic") ?? ""}`);
    const { letters, isComplete } = await readLetters(deps.log, topic ? [topic] : topicNames);
    const shown = letters.filter(({ handled }) => all || handled === null).toReversed();
    const rows = shown.map((one) => [
      link(`${AREA}/${letterId(one)}`, letterId(one)),
      one.key,
      time(one.writtenAt),
      one.letter?.attempts ?? "-",
      one.handled?.action ?? "waits",
      errorOf(one),
    ]);
    return show(
      c,
      page({ area: AREA, title: "Dead letters" }, [
        isComplete ? html`` : notice("There are more than are read at once; the newest are not here."),
        html`<form method="get"><label>Topic <select name="topic"><option value="">All topics</option>${topicNames.map(
          (name) => html`<option${name === topic ? html` selected` : ""}>${name}</option>`,
        )}</select></label>
<label>Show <select name="all"><option value="">What waits</option><option value="1"${
          all ? html` selected` : ""
        }>Everything</option></select></label><button>Show</button></form>`,
        table("Newest first", ["Letter", "Key", "Written", "Tried", "State", "Error"], rows),
        topic && shown.some(({ handled }) => handled === null) ? replayAllForm(topic) : html``,
      ]),
    );
  });

  app.get(`${AREA}/:topic/:partition/:offset`, async (c) => {
    const place = placeOf(c.req.param());
    const letter = place && (await findLetter(deps.log, place));
    if (!letter) return notFound(c, AREA, "There is no such dead letter.");
    return show(c, letterPage(letter));
  });

  app.post(`${AREA}/replay`, async (c) => {
    const topic = topicOf(`ticketflow.${String((await c.req.parseBody()).topic ?? "")}`);
    if (!topic) return notFound(c, AREA, "There is no such topic.");
    const { letters } = await readLetters(deps.log, [topic]);
    // Oldest first, one after another: messages of one key keep their order.
    for (const one of letters.filter(({ handled }) => handled === null))
      await replayLetter(deps, one, { by: BY });
    return c.redirect(`${AREA}?topic=${topic}&all=1`, 303);
  });

  app.post(`${AREA}/:topic/:partition/:offset/:action{replay|discard}`, async (c) => {
    const place = placeOf(c.req.param());
    if (!place) return notFound(c, AREA, "There is no such dead letter.");
    const reason = String((await c.req.parseBody()).reason ?? "").trim();
    let decision: Decision;
    if (c.req.param("action") === "replay") decision = await replayLetter(deps, place, { by: BY });
    else {
      if (reason === "" || reason.length > MAX_REASON) {
        const text = `Discarding needs a reason of 1 to ${MAX_REASON} characters.`;
        return show(c, page({ area: AREA, title: "Not discarded" }, notice(text)), 400);
      }
      decision = await discardLetter(deps, place, { by: BY, reason });
    }
    if (decision.kind === "absent") return notFound(c, AREA, "There is no such dead letter.");
    return c.redirect(`${AREA}/${letterId(place)}`, 303);
  });
}

function placeOf({ topic, partition, offset }: Record<string, string>): LetterPlace | null {
  return parseLetterId(`${topic}/${partition}/${offset}`);
}

const replayAllForm = (topic: string): Html =>
  html`<form method="post" action="${AREA}/replay"><input type="hidden" name="topic" value="${topic}"><button>Replay all that wait</button></form>`;

function letterPage(one: DeadLetter): Html {
  const { letter, handled } = one;
  const id = letterId(one);
  return page({ area: AREA, title: id, trail: [[AREA, "Dead letters"]] }, [
    fields([
      ["Key", one.key],
      ["Written", time(one.writtenAt)],
      ["Error", errorOf(one)],
      ...(letter
        ? ([
            ["Tried", `${letter.attempts} times by ${letter.consumer ?? "a consumer that is not named"}`],
            [
              "Came from",
              link(
                `/topics/${letter.sourceTopic}/${letter.sourcePartition}?before=${letter.sourceOffset + 1}`,
                `${letter.sourceTopic}, partition ${letter.sourcePartition}, offset ${letter.sourceOffset}`,
              ),
            ],
          ] satisfies [string, string | Html][])
        : []),
      ["State", handled ? decisionText(handled) : "waits for a decision"],
    ]),
    handled ? html`` : decisionForms(id, letter !== null),
    html`<h2>Message</h2>`,
    source(letter?.value ?? one.raw),
  ]);
}

const decisionForms = (id: string, canReplay: boolean): Html => html`
${canReplay ? html`<form method="post" action="${AREA}/${id}/replay"><button>Replay: send it once more</button></form>` : ""}
<form method="post" action="${AREA}/${id}/discard"><label>Reason <input name="reason" required maxlength="${MAX_REASON}"></label><button class="danger">Discard</button></form>`;
