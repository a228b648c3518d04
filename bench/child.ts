// Parts of the benchmark that run in processes of their own, where V8 has seen nothing else and memory is fresh.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Answers one question at a time, elsewhere. */
export interface Answering {
  ask<Answer>(question: unknown): Promise<Answer>;
  end(): void | Promise<void>;
}

/** A file of this folder, running in a process of its own. */
export class Child implements Answering {
  private readonly file: string;
  private readonly process: ChildProcess;

  /** @param program what runs it, instead of this very Node with its flags */
  constructor(file: string, program?: string) {
    this.file = file;
    this.process = fork(fileURLToPath(new URL(file, import.meta.url)), program ? { execPath: program, execArgv: [] } : {});
  }

  ask<Answer>(question: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`${this.file} ended with ${code}`));
      this.process.once("exit", ended);
      this.process.once("message", (answer) => {
        this.process.off("exit", ended);
        resolve(answer as Answer);
      });
      this.process.send(question as object);
    });
  }

  end(): void {
    this.process.disconnect();
  }
}

export async function askOnce<Answer>(file: string, question: unknown): Promise<Answer> {
  const child = new Child(file);
  const answer = await child.ask<Answer>(question);
  child.end();
  return answer;
}

/** In the child: answers questions until the parent has no more. */
export function serve<Question>(answer: (question: Question) => unknown): void {
  process.on("message", async (question) => process.send?.(await answer(question as Question)));
}
