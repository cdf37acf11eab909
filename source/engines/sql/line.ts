/** Who waits, in the order in which they came. */
export type Line<Item> = {
	readonly count: () => number;
	readonly first: () => Item | undefined;
	readonly add: (item: Item) => void;
	readonly shift: () => Item | undefined;
	readonly each: (look: (item: Item) => void) => void;
};

/** So much room may be left behind before it is used again. */
const mostLeft = 1024;

/** An empty line. */
export const createLine = <Item>(): Line<Item> => {
	let items: Item[] = [];
	let first = 0;
	return {
		count: () => items.length - first,
		first: () => items[first],
		add: (item) => {
			items.push(item);
		},
		shift() {
			const item = items[first];
			if (item === undefined) return undefined;
			first++;
			if (first > mostLeft && first * 2 > items.length) {
				items = items.slice(first);
				first = 0;
			}

			return item;
		},
		each(look) {
			for (let index = first; index < items.length; index++) look(items[index]!);
		},
	};
};
