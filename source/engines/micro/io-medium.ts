import type {Random} from '../../core/random.ts';

/** One kind of operation: a part of the run, and how many bytes it moves. */
export type Kind = {readonly name: string; readonly received: number; readonly sent: number};

/** What is read and written with calls that return when it is done. */
export type Medium = {
	readonly kinds: readonly Kind[];
	/** Chooses the next operation and makes it ready, which is not timed. Gives the place of its kind. */
	readonly next: () => number;
	/** Does what `next` chose; throws where it fails. */
	readonly perform: () => void;
	/** How long a call takes that moves nothing, in nanoseconds: no operation can look faster. */
	readonly emptyCall?: () => number;
	/** Leaves nothing behind. */
	readonly close: () => void;
};

/** Whether the next operation reads, by its share. */
export const chooser = (readShare: number, random: Random): (() => boolean) => {
	if (readShare === 1) return () => true;
	if (readShare === 0) return () => false;
	return () => random() < readShare;
};

/** The places of a row of so many, one after the other or each as likely as any, as they come. */
export const places = (pattern: 'sequential' | 'random', count: number, random: Random): (() => number) => {
	if (pattern === 'random') return () => Math.floor(random() * count);
	let place = -1;
	return () => {
		place = place + 1 === count ? 0 : place + 1;
		return place;
	};
};

/** Longer contents repeat: no file system looks so far back for what it has seen. */
const period = 1024 * 1024;

/** Makes bytes that no file system makes smaller. */
export const fillRandom = (bytes: Uint8Array, random: Random): void => {
	const length = Math.min(period, bytes.length);
	for (let index = 0; index < length; index++) bytes[index] = Math.floor(random() * 256);
	for (let at = length; at < bytes.length; at += length) bytes.copyWithin(at, 0, Math.min(length, bytes.length - at));
};

/** A turn of the event loop, so that what this thread is told is heard. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
