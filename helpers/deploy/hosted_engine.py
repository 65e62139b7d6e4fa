"""A model tuned at a provider, asked through the egress guard; what users type leaves this machine only if that is agreed.

The guard finds the run's cards and report where the run wrote them, so a bundle moved out of its run is refused. Nothing
that was asked or answered is kept here.
"""

from pathlib import Path

import openai
import pandas as pd
from tqdm.auto import tqdm

from helpers.core import outbound, records
from helpers.core.errors import EgressError, RecordError, StageError
from helpers.deploy import responder
from helpers.deploy.bundle import Bundle
from helpers.lm import egress, hosted, hosted_tuned, provider


class HostedEngine:
    """The connection to the provider; open it with `with HostedEngine(folder, run_id=…) as engine:`."""

    def __init__(self, folder: Path, *, run_id: str) -> None:
        """Describe a connection; nothing leaves before `start` has asked the guard.

        Args:
            folder: Of the bundle, with `hosted.json`.
            run_id: Of the run that it belongs to.
        """
        self.tuned = hosted_tuned.load(folder)
        self._folder, self._run_id = Path(folder).resolve(), run_id
        self.permit: egress.Permit | None = None
        self.client: openai.OpenAI | None = None

    def start(self) -> "HostedEngine":
        """Ask the guard for leave to send what no report covers, and connect.

        Raises:
            EgressError: If it is not permitted, or the bundle was moved out of its run.
            ProfileError: If there is no key.
        """
        run_dir = self._folder.parents[2]  # RUN/06_deploy/artifacts/bundle
        if run_dir.name != self._run_id:
            raise EgressError(
                "The bundle lies outside its run, where its cards and its report cannot be found",
                expected=f"{self._run_id}/06_deploy/artifacts/{self._folder.name}",
                remedy="serve it from there",
            )
        prepared = run_dir / "02_preprocess" / "artifacts"
        leaving = outbound.Outbound(
            api=self.tuned.api,
            terms=self.tuned.terms,
            files={"train": prepared / "train.parquet"},  # the model and its users' texts come from these sources
            report=prepared / "deid_report.json",
            run_dir=run_dir,
            stage="06_deploy",
            beside=self.tuned.beside,
        )
        self.permit = egress.permit(leaving, self.tuned.api.base_url, purpose="inference", any_text=True)
        self.client = provider.connect(self.tuned.api, self.permit)
        return self

    def stop(self) -> None:
        """Close the connection; harmless when there is none."""
        if self.client is not None:
            self.client.close()
        self.client = self.permit = None

    def __enter__(self) -> "HostedEngine":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def is_healthy(self) -> bool:
        """Whether there is a connection; the provider is not asked, for that would cost."""
        return self.client is not None


class HostedResponder:
    """From a prepared text to an answer of the provider's model."""

    def __init__(self, bundle: Bundle, engine: HostedEngine) -> None:
        """Bind a bundle to its connection."""
        self.bundle, self._engine = bundle, engine

    def answer(self, text: str) -> responder.Answer:
        """Answer one prepared text; confidence and margin are 0 where the provider states no probabilities.

        Raises:
            RecordError: If it is empty.
            StageError: If the provider gave no answer that can be read.
        """
        if not text.strip():
            raise RecordError("There is no clinical text to answer", found="nothing after preparation")
        if self._engine.permit is None:
            raise StageError("The connection to the provider is not open", remedy="start the engine first")
        tuned, asked = (
            self._engine.tuned,
            records.to_frame([{"record_id": "asked", "kind": "clinical_note", "text": text}]),
        )
        found = hosted.predict(
            tuned.api,
            self._engine.permit,
            asked,
            prompt=tuned.prompt,
            name=self.bundle.model_name,
            labels=tuned.labels,
            max_new_tokens=self.bundle.max_new_tokens,
            model=tuned.model,
            client=self._engine.client,
        )
        row = found.answers.iloc[0]
        ranked = sorted(row["probabilities"].values(), reverse=True)
        return responder.Answer(
            text=row["text"],
            label=row["label"],
            probabilities=row["probabilities"],
            confidence=row["probabilities"].get(row["label"], 0.0),
            margin=ranked[0] - ranked[1] if len(ranked) > 1 else 0.0,
            prompt_tokens=found.prompt_tokens,
            answer_tokens=found.answer_tokens,
            requests=1,
            latency_s=row["latency_s"],
        )

    def predict(self, records: pd.DataFrame) -> pd.DataFrame:
        """Answer prepared records, for comparison with 05.

        Returns:
            A prediction frame in the order of `records`.
        """
        answers = [self.answer(text) for text in tqdm(records["text"], desc="served", unit="record", leave=False)]
        return responder.frame(answers, records, model=self.bundle.model_name)
