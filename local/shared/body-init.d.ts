/** The DOM has this name for what `fetch` takes; Node.js has the type without the name. */
type BodyInit = NonNullable<RequestInit["body"]>;
