// A maker in a process of its own: the others do not pay for what one makes V8 give up (a memory that grows slows every
// typed array of its process), and each loop sees a single type of array.
import { serve } from "./child.ts";
import { answer } from "./maker.ts";

serve(answer);
