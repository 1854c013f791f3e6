/** The rows of a delivered file that were left out, each with its reason. */
import type { ReactElement } from "react";
import { texts } from "../../texts";
import type { Part } from "./document";

export function Problems({ part }: { part: Part }): ReactElement | null {
  if (part.problems.length === 0) return null;
  const all = part.problemCount;
  return (
    <details className="problems" open>
      <summary>
        {texts.batch.part(part.number)}:{" "}
        {all > part.problems.length
          ? texts.work.problemsShown(part.problems.length, all)
          : texts.batch.problems(all)}
      </summary>
      <table className="table">
        <thead>
          <tr>
            <th className="number">{texts.work.row}</th>
            <th>{texts.work.itemKey}</th>
            <th>{texts.work.problem}</th>
          </tr>
        </thead>
        <tbody>
          {part.problems.map((problem, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a file may say the same thing twice
            <tr key={place}>
              <td className="number" data-name={texts.work.row}>
                {problem.row < 0 ? texts.none : problem.row}
              </td>
              <th scope="row">{problem.item || texts.none}</th>
              <td data-name={texts.work.problem}>
                {problem.message} <code>{problem.code}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
