"""A provider on 127.0.0.1 that speaks OpenAI's interface, really trains a LoRA adapter and really answers with it.

Files, fine-tuning jobs with events and cancellation, chat completions with structured output and log-probabilities. It
knows nothing of the task but what a client sends; it asks for a key, and stumbles as it is told. To try the hosted route
without a provider: `PYTHONPATH=. python tests/hosted_stand_in.py smollm2`.
"""

import json
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

import numpy as np
import uvicorn
from datasets import Dataset
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from helpers.lm import models, predictors, prompts
from helpers.train import examples, sft

KEY = "sk-stand-in"


class StandIn:
    """What the provider holds.

    Args:
        base: Folder of the base model, served under `name`.
        folder: For checkpoints and adapters.
        name: Of the base model.
        faults: (path, how often it was asked before) -> a fault of `_stumble`, "" for none.
        steps_pause_s: Seconds a job waits before it trains, so that a client can see it running.
    """

    def __init__(self, base, folder, *, name="gpt-stand-in", faults=lambda path, before: "", steps_pause_s=0.0):
        self.base, self.folder, self.name, self.faults = base, folder, name, faults
        self.pause_s = steps_pause_s
        self.files, self.jobs, self.events, self.loaded = {}, {}, {}, {}
        self.asked, self.deleted = Counter(), []
        self.lock = threading.Lock()
        self.ends_with = {}  # fields put over those of every job that ends, as of a provider that cancels
        self.url = ""

    def model(self, name):
        """Model and tokenizer by name; a fine-tuned one is the base with its adapter."""
        if name not in self.loaded:
            model, tokenizer = models.load_causal(str(self.base))
            if name != self.name:
                model = models.load_adapter(model, self.folder / name.replace(":", "_"))
            self.loaded[name] = (model, tokenizer)
        return self.loaded[name]

    def knows(self, name):
        return name == self.name or any(job["fine_tuned_model"] == name for job in self.jobs.values())


@contextmanager
def running(stand_in):
    """Serve until the block ends."""
    server = uvicorn.Server(uvicorn.Config(_app(stand_in), port=0, log_level="error"))
    socket = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    stand_in.url = f"http://127.0.0.1:{socket.getsockname()[1]}/v1"
    try:
        yield stand_in
    finally:
        server.should_exit = True
        thread.join(10)


def _app(it):
    app = FastAPI()

    @app.middleware("http")
    async def guard(request: Request, answer):
        path = request.url.path.removeprefix("/v1")
        before, it.asked[path] = it.asked[path], it.asked[path] + 1
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "invalid_api_key")
        fault = it.faults(path, before)
        return await _stumble(fault) if fault else await answer(request)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException):
        return _error(error.status_code, error.detail)

    @app.post("/v1/files")
    async def upload(request: Request):
        parts = _multipart(request.headers["Content-Type"], await request.body())
        name, content = parts["file"]
        made = {"id": f"file-{uuid.uuid4().hex[:8]}", "bytes": len(content), "created_at": int(time.time())}
        made |= {"filename": name, "object": "file", "purpose": parts["purpose"][1].decode(), "status": "processed"}
        it.files[made["id"]] = made | {"content": content}
        return made

    @app.get("/v1/files")
    def listed():
        return {"object": "list", "data": [_shown(file) for file in it.files.values()], "has_more": False}

    @app.delete("/v1/files/{name}")
    def delete(name: str):
        if it.files.pop(name, None) is None:
            raise HTTPException(404, "not_found")
        it.deleted.append(name)
        return {"id": name, "object": "file", "deleted": True}

    @app.post("/v1/fine_tuning/jobs")
    async def create(request: Request):
        asked = await request.json()
        if not it.knows(asked["model"]) or asked["training_file"] not in it.files:
            raise HTTPException(400, "invalid_model_or_file")
        settings = asked["method"]["supervised"]["hyperparameters"]
        job = {
            "id": f"ftjob-{uuid.uuid4().hex[:8]}",
            "created_at": int(time.time()),
            "error": None,
            "fine_tuned_model": None,
            "finished_at": None,
            "hyperparameters": settings,
            "model": asked["model"],
            "object": "fine_tuning.job",
            "organization_id": "org-stand-in",
            "result_files": [],
            "seed": asked.get("seed") or 0,
            "status": "queued",
            "trained_tokens": None,
            "training_file": asked["training_file"],
            "validation_file": asked.get("validation_file"),
            "metadata": asked.get("metadata"),
            "method": asked["method"],
        }
        it.jobs[job["id"]], it.events[job["id"]] = job, []
        contents = [
            [json.loads(line) for line in it.files[name]["content"].decode().splitlines()]
            for name in (job["training_file"], job["validation_file"])
        ]
        threading.Thread(target=_train, args=[it, job, asked.get("suffix"), *contents], daemon=True).start()
        return job

    @app.get("/v1/fine_tuning/jobs")
    def jobs():
        return {"object": "list", "data": list(it.jobs.values()), "has_more": False}

    @app.get("/v1/fine_tuning/jobs/{name}")
    def job(name: str):
        return _found(it.jobs, name)

    @app.get("/v1/fine_tuning/jobs/{name}/events")
    def events(name: str):
        return {"object": "list", "data": _found(it.events, name)[::-1], "has_more": False}

    @app.post("/v1/fine_tuning/jobs/{name}/cancel")
    def cancel(name: str):
        found = _found(it.jobs, name)
        if found["status"] in ("queued", "running"):
            found |= {"status": "cancelled", "finished_at": int(time.time())}
        return found

    @app.post("/v1/chat/completions")
    def complete(asked: dict):
        if not it.knows(asked["model"]):
            raise HTTPException(404, "model_not_found")
        with it.lock:
            return _complete(it, asked)

    return app


def _train(it, job, suffix, training, validation):
    """Train on chats, as the kit's own 04 does on the prompts that it renders."""
    job["status"] = "running"
    _say(it, job, "Fine-tuning job started")
    time.sleep(it.pause_s)
    name = f"ft:{job['model']}:{suffix}:{job['id'][6:]}"
    settings = job["hyperparameters"]
    if job["status"] == "cancelled":
        return
    with it.lock:
        model, tokenizer = models.load_causal(str(it.base))
        train, held_out = _rows(tokenizer, training), _rows(tokenizer, validation)
        batch = settings["batch_size"]
        steps = settings["n_epochs"] * -(-len(training) // batch)
        config = sft.sft_config(
            it.folder / "checkpoints" / job["id"],
            steps=steps,
            batch_size=batch,
            micro_batch_size=batch,
            learning_rate=1e-3 * settings.get("learning_rate_multiplier", 1.0),
            evaluations=2,
            max_length=1024,
            precision="fp32",
            device="cpu",
            seed=job["seed"],
        )
        lora = sft.lora_config(model, r=16, alpha=32)
        fit = sft.fit(
            model, tokenizer, train, held_out, config=config, lora=lora, out=it.folder / name.replace(":", "_")
        )
    for row in fit.log.itertuples():
        known = {"step": int(row.step), "train_loss": row.loss, "valid_loss": row.eval_loss, "total_steps": steps}
        data = {key: value for key, value in known.items() if not np.isnan(value)}
        _say(it, job, f"Step {row.step}/{steps}", data=data, type="metrics")
    ended = {"status": "succeeded", "fine_tuned_model": name, "trained_tokens": fit.tokens}
    if job["status"] != "cancelled":
        job |= ended | {"finished_at": int(time.time())} | it.ends_with


def _rows(tokenizer, chats):
    rows = []
    for chat in chats:
        *asked, answer = chat["messages"]
        question = _encoded(tokenizer, asked)
        completion = prompts.encode_answer(tokenizer, answer["content"])
        rows.append(
            {"input_ids": question + completion, "completion_mask": [0] * len(question) + [1] * len(completion)}
        )
    return examples.Rows(Dataset.from_list(rows), 0, 0, 0)


def _complete(it, asked):
    model, tokenizer = it.model(asked["model"])
    rendered = tokenizer.apply_chat_template(asked["messages"], tokenize=False, add_generation_prompt=True)
    form = asked.get("response_format")
    if form:
        labels = form["json_schema"]["schema"]["properties"]["answer"]["enum"]
        allowed = [json.dumps({"answer": label}, ensure_ascii=False, separators=(",", ":")) for label in labels]
        found = predictors.ask(model, tokenizer, [rendered], labels=allowed, max_new_tokens=1)
        tokens = _constrained(tokenizer, allowed, predictors.softmax(found.log_probs)[0], asked.get("top_logprobs", 0))
        content, finish = "".join(token["token"] for token in tokens), "stop"
        answer_tokens = len(tokens)
    else:
        most = asked["max_completion_tokens"]
        content = predictors.ask(model, tokenizer, [rendered], max_new_tokens=most).text[0]
        answer_tokens = len(tokenizer(content, add_special_tokens=False)["input_ids"])
        tokens, finish = None, "length" if answer_tokens >= most else "stop"
    question_tokens = len(prompts.encode(tokenizer, rendered))
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}
    choice["logprobs"] = {"content": tokens, "refusal": None} if asked.get("logprobs") and tokens else None
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex[:8]}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": asked["model"],
        "choices": [choice],
        "usage": {
            "prompt_tokens": question_tokens,
            "completion_tokens": answer_tokens,
            "total_tokens": question_tokens + answer_tokens,
        },
    }


def _constrained(tokenizer, allowed, mass, most):
    """Greedy decoding held to the allowed texts: at each token the most probable of those that may follow."""
    paths = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in allowed]
    left, tokens, depth = list(range(len(paths))), [], 0
    while any(len(paths[k]) > depth for k in left):
        share = Counter()
        for k in left:
            if len(paths[k]) > depth:
                share[paths[k][depth]] += float(mass[k])
        total = sum(share.values())
        ranked = [
            {"token": tokenizer.decode([token]), "logprob": float(np.log(max(value / total, 1e-300)))}
            for token, value in share.most_common()
        ]
        for entry in ranked:
            entry["bytes"] = list(entry["token"].encode())
        chosen = share.most_common(1)[0][0]
        tokens.append(ranked[0] | {"top_logprobs": ranked[:most]})
        left = [k for k in left if len(paths[k]) > depth and paths[k][depth] == chosen]
        depth += 1
    return tokens


def _encoded(tokenizer, chat):
    return prompts.encode(tokenizer, tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True))


def _say(it, job, message, **more):
    event = {"id": f"ftevent-{uuid.uuid4().hex[:8]}", "created_at": int(time.time()), "level": "info"}
    it.events[job["id"]].append(event | {"message": message, "object": "fine_tuning.job.event"} | more)


def _found(things, name):
    if name not in things:
        raise HTTPException(404, "not_found")
    return things[name]


def _shown(file):
    return {key: value for key, value in file.items() if key != "content"}


def _multipart(content_type, body):
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    return {
        part.get_param("name", header="Content-Disposition"): (part.get_filename(), part.get_payload(decode=True))
        for part in message.iter_parts()
    }


def _error(status, code):
    # the message quotes the request, as careless providers do: no error of the kit may show it
    return JSONResponse({"error": {"message": "unsteady gait is not allowed", "type": "error", "code": code}}, status)


async def _stumble(fault):
    if fault.isdigit():
        return _error(int(fault), "stumbled")
    if fault == "slow":
        import asyncio

        await asyncio.sleep(3)
        return _error(500, "too late")
    if fault == "not JSON":
        return Response("<html>unsteady gait</html>", media_type="text/html")
    if fault == "half JSON":
        return Response('{"id": "c", "object": "chat.comp', media_type="application/json")
    if fault == "not a completion":
        return JSONResponse({"object": "chat.completion", "choices": "none"})
    said = {
        "refusal": None,
        "role": "assistant",
        "content": {"empty": "", "prose": "It may be dystonia."}.get(fault, ""),
    }
    if fault == "refusal":
        said["refusal"] = "I cannot help with that."
    if fault == "other label":
        said["content"] = '{"answer":"gout"}'
    choice = {"index": 0, "finish_reason": "stop", "message": said, "logprobs": None}
    return JSONResponse({"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch, running(StandIn(sys.argv[1], Path(scratch))) as provider:
        print(
            f"select.hosted.base_url={provider.url} select.hosted.model={provider.name}; OPENAI_API_KEY={KEY}",
            flush=True,
        )
        threading.Event().wait()
