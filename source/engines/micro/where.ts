import {relative} from 'node:path';
import {fileURLToPath} from 'node:url';

const plainPath = (place: string): string => (place.startsWith('file://') ? fileURLToPath(place) : place);

/** A place as people in a folder name it: 'bench/sort.ts:12:5'. */
const spoken = (path: string, position: string, folder: string): string => {
	const inside = relative(folder, path);
	return `${inside === '' || inside.startsWith('..') ? path : inside}:${position}`;
};

/** The first place in a stack that lies in `module`, or else in any file that is none of Node.js's own. */
const frameIn = (stack: string, module: string): readonly [path: string, position: string] | undefined => {
	const frames = [
		...stack.matchAll(/^\s+at (?:.*[ (])?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()\n]*?):(\d+:\d+)\)?$/gm),
	].map(([, place, position]) => [plainPath(place!), position!] as const);
	return frames.find(([path]) => path === module) ?? frames[0];
};

/** Where something was thrown, as far as its stack tells; in the module, if it lies there. */
export const placeOf = (stack: string, module: string, folder: string): string | undefined => {
	// The head of a file that cannot be read: its name and a line, and the line itself beneath.
	const head = /^((?:file:\/\/|\/|[A-Za-z]:[\\/])[^\n]*?):(\d+)$/m.exec(stack);
	if (head !== null && !/^\s+at /m.test(stack.slice(0, head.index))) {
		return spoken(plainPath(head[1]!), head[2]!, folder);
	}

	// The same from Node.js 22: a drawing that begins with the position.
	const drawing = /,-\[(\d+:\d+)\]/.exec(stack);
	if (drawing !== null) return spoken(module, drawing[1]!, folder);
	const frame = frameIn(stack, module);
	return frame === undefined ? undefined : spoken(...frame, folder);
};
