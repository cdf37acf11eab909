import stringWidth from 'string-width';

/** How many terminal columns a text takes: wide characters two, combining ones none. */
export const displayWidth = (text: string): number => stringWidth(text);
