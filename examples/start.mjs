// Run by `npm start`: the published example, a slice of a real head, and a volume of nine million voxels.
import { article } from "./start/article.mjs";
import { verdict } from "./start/print.mjs";
import { slice } from "./start/slice.mjs";
import { volume } from "./start/volume.mjs";

article();
slice();
volume();
verdict();
