/** Where keys come from: a terminal, or something that has none. */
export type KeySource = NodeJS.ReadableStream & {
	readonly isTTY?: boolean;
	readonly setRawMode?: (raw: boolean) => unknown;
	readonly unref?: () => unknown;
};

/** The terminal that is drawn on. */
export type Display = NodeJS.WritableStream & {
	readonly isTTY?: boolean;
	readonly columns?: number;
	readonly rows?: number;
	/** Bytes that were written and not taken yet. */
	readonly writableLength?: number;
	readonly getColorDepth?: (environment?: object) => number;
};

/** Whether keys can be read. */
export const hasKeys = (stdin: KeySource): boolean => stdin.isTTY === true && stdin.setRawMode !== undefined;
