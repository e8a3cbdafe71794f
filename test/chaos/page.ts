const PLACE = /(<!-- measured: chaos -->\n)[\s\S]*?(<!-- end -->)/;

/** A page with the table of a run in its place. @throws Error when the page has no place for it */
export function placeTable(page: string, table: string): string {
  if (!PLACE.test(page)) throw new Error('the page has no "<!-- measured: chaos -->" with an end');
  return page.replace(PLACE, (_all, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}
