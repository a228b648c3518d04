// A maker in a process of its own: what one makes V8 give up (a memory that grows slows every typed array of its process)
// the others do not pay for, and each loop sees one type of array alone.
import { serve } from "./child.ts";
import { answer } from "./maker.ts";

serve(answer);
