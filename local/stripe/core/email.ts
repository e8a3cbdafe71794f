/** Whether a text has the form of an email address, as far as a form can tell. */
export const isEmail = (text: string): boolean => /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/.test(text);
