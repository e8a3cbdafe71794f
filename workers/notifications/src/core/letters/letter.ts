/** What a mail says, before it is HTML or text. Nothing in it is markup. */
export interface Letter {
  subject: string;
  name: string;
  paragraphs: string[];
  /** Label and value, a row each. */
  details?: [label: string, value: string][];
  /** Booked places, with their price. */
  places?: { label: string; tier: string; price: string }[];
  total?: string;
}
