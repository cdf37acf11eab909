/**
 * The members of both by name, those that both have merged; in the order in which they first came. Names come from outside:
 * 'constructor' and '__proto__' are names like any other.
 */
export const mergeRecords = <Value>(
	a: Readonly<Record<string, Value>>,
	b: Readonly<Record<string, Value>>,
	merge: (a: Value, b: Value) => Value,
): Readonly<Record<string, Value>> => {
	const merged = new Map(Object.entries(a));
	for (const [name, value] of Object.entries(b)) {
		const known = merged.get(name);
		merged.set(name, known === undefined ? value : merge(known, value));
	}

	return Object.fromEntries(merged);
};
