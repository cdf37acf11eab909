export function setup() {
	throw new Error('no such shop');
}

export default function () {}
