/** Hand in a file of labels: a signed place for it, the file itself, and then the word. */
import { type FormEvent, type ReactElement, useRef, useState } from "react";
import { type CombinedError, useClient } from "urql";
import { useAction } from "../../api/action";
import { trouble } from "../../api/client";
import type { ResultOf } from "../../api/graphql";
import { digestOf, put } from "../../api/upload";
import { texts } from "../../texts";
import { Notice, refusalWords } from "../../ui/bits";
import { percent } from "../../ui/format";
import { type Batch, CREATE_UPLOAD, DELIVER } from "./document";

type Props = { batch: Batch; refresh: (position: string | null) => void };
type Step = { share: number } | "handing" | null;

const delivered = (data: ResultOf<typeof DELIVER>) => data.deliverLabels;

export function Deliver({ batch, refresh }: Props): ReactElement {
  const client = useClient();
  const deliver = useAction(DELIVER, delivered);
  const [file, setFile] = useState<File | null>(null);
  const [step, setStep] = useState<Step>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [part, setPart] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);

  const send = async (labels: File): Promise<void> => {
    const sha256 = await digestOf(labels);
    const asked = { name: labels.name, bytes: labels.size, sha256 };
    const { data, error } = await client.mutation(CREATE_UPLOAD, { input: asked }).toPromise();
    const place = data?.createUpload.upload;
    if (!place) throw new Error(data?.createUpload.errors[0]?.message ?? wordsOf(error));
    await put(place.url, labels, (share) => setStep({ share }));
    setStep("handing");
    const payload = await deliver.run({ batchId: batch.id, uploadId: place.id });
    if (payload === null) return;
    setPart(payload.part);
    setFile(null);
    if (field.current !== null) field.current.value = "";
    refresh(payload.position);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (file === null || step !== null) return;
    setFailed(null);
    setPart(null);
    setStep({ share: 0 });
    send(file)
      .catch((error: Error) => setFailed(error.message || texts.work.uploadFailed))
      .finally(() => setStep(null));
  };
  return (
    <form className="form deliver" onSubmit={submit}>
      <h3>{texts.work.deliver}</h3>
      <p className="quiet">{texts.work.deliverHint}</p>
      <label htmlFor="labels">{texts.work.file}</label>
      <input
        id="labels"
        ref={field}
        type="file"
        onChange={(event) => setFile(event.target.files?.[0] ?? null)}
      />
      {failed !== null && <Notice tone="bad">{failed}</Notice>}
      {deliver.refusal && <Notice tone="bad">{refusalWords(deliver.refusal)}</Notice>}
      {part !== null && <Notice tone="good">{texts.work.sent(part)}</Notice>}
      <p className="buttons">
        <button
          type="submit"
          className="button button-main"
          disabled={file === null || step !== null}
        >
          {words(step)}
        </button>
      </p>
    </form>
  );
}

function words(step: Step): string {
  if (step === null) return texts.work.send;
  if (step === "handing") return texts.work.handing;
  return texts.work.sending(percent(step.share));
}

function wordsOf(error: CombinedError | undefined): string {
  return error === undefined ? texts.work.uploadFailed : refusalWords(trouble(error));
}
