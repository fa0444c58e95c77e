"""Makes small checkpoints with recorded runs from an implementation that shares nothing with Stipple.

Everything is written from the behaviour reference in float64 with NumPy alone; section numbers are the reference's. The
settings are those that the golden checkpoint leaves out. Run it from the repository's root:

    python3 eval/src/test/python/reference_run.py eval/src/test/resources/runs
"""

import json
import re
import struct
import sys
from pathlib import Path

import numpy as np


class Draws:
    """Random numbers that survive storage in float32."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def normal(self, *shape, scale=1.0, mean=0.0):
        return f32(mean + scale * self.rng.normal(size=shape))

    def uniform(self, low, high, *shape):
        return f32(self.rng.uniform(low, high, shape))

    def ids(self, low, high, *shape):
        return self.rng.integers(low, high, size=shape)


def f32(x):
    return np.asarray(x, np.float32).astype(np.float64)


def silu(x):
    return x / (1 + np.exp(-x))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def layer_norm(x, weight=1.0, bias=0.0, eps=1e-6):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps) * weight + bias


# ---------------------------------------------------------------- language model and flow head, 2.1-2.8


class Model:
    def __init__(self, s, draws):
        self.s = s
        self.w = {}
        self.draws = draws
        hidden, dim = s["hidden"], s["dim"]
        self.w["embed_tokens.weight"] = draws.normal(s["vocab"], hidden)
        for i in range(s["layers"]):
            p = f"layers.{i}."
            self.vector(p + "input_layernorm.weight", hidden, 1.0)
            self.linear_weights(p + "self_attn.q_proj", s["heads"] * s["head_dim"], hidden)
            self.linear_weights(p + "self_attn.k_proj", s["kv_heads"] * s["head_dim"], hidden)
            self.linear_weights(p + "self_attn.v_proj", s["kv_heads"] * s["head_dim"], hidden)
            self.linear_weights(p + "self_attn.o_proj", hidden, s["heads"] * s["head_dim"], s["output_bias"])
            self.vector(p + "post_attention_layernorm.weight", hidden, 1.0)
            self.linear_weights(p + "mlp.gate_proj", s["intermediate"], hidden, False)
            self.linear_weights(p + "mlp.up_proj", s["intermediate"], hidden, False)
            self.linear_weights(p + "mlp.down_proj", hidden, s["intermediate"], False)
        self.vector("norm.weight", hidden, 1.0)
        if not s["tied"]:
            self.linear_weights("lm_head", s["vocab"], hidden, False)
        if s["before_lm_head"]:
            self.linear_weights("before_lm_head", hidden, hidden)
        self.linear_weights("image_in_projector", hidden, s["token"])
        self.linear_weights("image_out_projector", hidden, hidden)
        p = "image_head.net."
        self.linear_weights(p + "time_embed.mlp.0", dim, 256)
        self.linear_weights(p + "time_embed.mlp.2", dim, dim)
        self.linear_weights(p + "cond_embed", dim, hidden)
        self.linear_weights(p + "input_proj", dim, s["token"])
        for j in range(s["blocks"]):
            q = f"{p}res_blocks.{j}."
            wide = int(dim * s["mlp_ratio"])
            self.vector(q + "in_ln.weight", dim, 1.0)
            self.vector(q + "in_ln.bias", dim)
            self.linear_weights(q + "mlp.0", wide, dim)
            self.linear_weights(q + "mlp.2", dim, wide)
            self.linear_weights(q + "adaLN_modulation.1", 3 * dim, dim)
        self.linear_weights(p + "final_layer.adaLN_modulation.1", 2 * dim, dim)
        self.linear_weights(p + "final_layer.linear", s["token"], dim)

    def vector(self, name, n, mean=0.0):
        self.w[name] = self.draws.normal(n, scale=0.1, mean=mean)

    def linear_weights(self, name, out, inner, bias=True):
        self.w[name + ".weight"] = self.draws.normal(out, inner, scale=inner**-0.5)
        if bias:
            self.vector(name + ".bias", out)

    def linear(self, x, name):
        return x @ self.w[name + ".weight"].T + self.w.get(name + ".bias", 0.0)

    def rms_norm(self, x, name):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.s["eps"]) * self.w[name + ".weight"]

    def embed(self, ids, tokens=None):
        rows = self.w["embed_tokens.weight"][ids].copy()
        if tokens is not None:
            rows[ids == self.s["placeholder"]] = self.linear(tokens, "image_in_projector")
        return rows

    def forward(self, x, mask=None):
        s = self.s
        rows, length, _ = x.shape
        d = s["head_dim"]
        frequencies = f32(s["theta"] ** (-np.arange(0, d, 2) / d))
        angles = np.tile(np.arange(length)[:, None] * frequencies, 2)
        cos, sin = np.cos(angles), np.sin(angles)

        def heads(y, count):
            return y.reshape(rows, length, count, d).transpose(0, 2, 1, 3)

        def rotate(y):
            return y * cos + np.concatenate([-y[..., d // 2 :], y[..., : d // 2]], -1) * sin

        seen = np.tril(np.ones((length, length), bool))[None]
        if mask is not None:
            seen = seen & (mask[:, None, :] > 0)
        for i in range(s["layers"]):
            p = f"layers.{i}."
            y = self.rms_norm(x, p + "input_layernorm")
            q = rotate(heads(self.linear(y, p + "self_attn.q_proj"), s["heads"]))
            k = rotate(heads(self.linear(y, p + "self_attn.k_proj"), s["kv_heads"]))
            v = heads(self.linear(y, p + "self_attn.v_proj"), s["kv_heads"])
            k, v = (np.repeat(z, s["heads"] // s["kv_heads"], 1) for z in (k, v))
            scores = np.where(seen[:, None], q @ k.transpose(0, 1, 3, 2) / np.sqrt(d), -1e30)
            mixed = (softmax(scores) @ v).transpose(0, 2, 1, 3).reshape(rows, length, -1)
            x = x + self.linear(mixed, p + "self_attn.o_proj")
            y = self.rms_norm(x, p + "post_attention_layernorm")
            gated = silu(self.linear(y, p + "mlp.gate_proj")) * self.linear(y, p + "mlp.up_proj")
            x = x + self.linear(gated, p + "mlp.down_proj")
        return self.rms_norm(x, "norm")

    def logits(self, hidden):
        if self.s["before_lm_head"]:
            hidden = self.linear(hidden, "before_lm_head")
        return self.linear(hidden, "embed_tokens" if self.s["tied"] else "lm_head")

    @staticmethod
    def time_features(t):
        angles = t[:, None] * np.exp(-np.log(10000) * np.arange(128) / 128)
        return np.concatenate([np.cos(angles), np.sin(angles)], -1)

    def velocity(self, x, t, c):
        p = "image_head.net."
        time = silu(self.linear(self.time_features(t), p + "time_embed.mlp.0"))
        y = silu(self.linear(time, p + "time_embed.mlp.2") + self.linear(c, p + "cond_embed"))
        u = self.linear(x, p + "input_proj")
        for j in range(self.s["blocks"]):
            q = f"{p}res_blocks.{j}."
            shift, scale, gate = np.split(self.linear(y, q + "adaLN_modulation.1"), 3, -1)
            z = layer_norm(u, self.w[q + "in_ln.weight"], self.w[q + "in_ln.bias"]) * (1 + scale) + shift
            u = u + gate * self.linear(silu(self.linear(z, q + "mlp.0")), q + "mlp.2")
        shift, scale = np.split(self.linear(y, p + "final_layer.adaLN_modulation.1"), 2, -1)
        return self.linear(layer_norm(u) * (1 + scale) + shift, p + "final_layer.linear")

    def guided(self, x, t, c, text, image):
        blocks = len(c) // len(x)
        v = np.split(self.velocity(np.tile(x, (blocks, 1)), np.full(len(c), t), c), blocks)
        if blocks == 1:
            return v[0]
        if blocks == 2:
            return v[1] + text * (v[0] - v[1])
        return v[2] + image * (v[1] - v[2]) + text * (v[0] - v[1])


# ---------------------------------------------------------------- samplers, 2.9


def draws_needed(kind, steps):
    return {"s1": steps, "ode": 1}.get(kind, steps + 1)


def sample(model, kind, c, rows, noise, text, image, shift, steps, last=0.04, eta=0.8):
    fresh = iter([np.tile(z, (rows // len(z), 1)) for z in noise])
    x = next(fresh)

    def shifted(t):
        return t / (shift - (shift - 1) * t)

    if kind == "s1":
        grid = shifted(np.linspace(0, 1 - last, steps))
        for t, after in zip(grid, grid[1:]):
            v, sigma, dt = model.guided(x, t, c, text, image), 1 - t, after - t
            score = (t * v - x) / (sigma**2 + t * sigma)
            x = x + (v + sigma * score) * dt + np.sqrt(2 * sigma * dt) * next(fresh)
        return x + last * model.guided(x, grid[-1], c, text, image)
    grid = np.append(shifted(np.linspace(0, 1, steps + 1)[:-1]), 1.0)
    for t, after in zip(grid, grid[1:]):
        v, sigma, dt = model.guided(x, t, c, text, image), 1 - t, after - t
        x0, x1 = x - t * v, x + (1 - t) * v
        if kind == "s2":
            x = x + (v - x0) * dt + np.sqrt(2 * sigma * dt) * next(fresh)
        elif kind == "ode":
            x = (1 - after) * x0 + after * x1
        elif kind == "sde":
            std = eta * np.sqrt(sigma / (1 - (grid[-2] if sigma == 1 else sigma)))
            x = ((1 - after) - std**2 * dt / (2 * sigma)) * x0 + after * x1 + std * np.sqrt(dt) * next(fresh)
        else:
            std = (1 - after) * np.sin(eta * np.pi / 2)
            x = np.sqrt(max(0.0, (1 - after) ** 2 - std**2)) * x0 + after * x1 + std * next(fresh)
    return x


# ---------------------------------------------------------------- image tokenizer, 1.6 and 2.4


def unfold(z, p):
    n, c, h, w = z.shape
    return z.reshape(n, c, h // p, p, w // p, p).transpose(0, 2, 4, 1, 3, 5).reshape(n, -1, c * p * p)


def fold(tokens, c, h, w, p):
    return tokens.reshape(-1, h // p, w // p, c, p, p).transpose(0, 3, 1, 4, 2, 5).reshape(-1, c, h, w)


class Autoencoder:
    def __init__(self, s, draws):
        self.s = s
        self.w = {}
        self.draws = draws
        widths = [s["ch"] * m for m in s["ch_mult"]]
        top = len(widths) - 1
        self.conv_weights("encoder.conv_in", s["ch"], 3, 3)
        width = s["ch"]
        for i, wanted in enumerate(widths):
            for b in range(s["num_res_blocks"]):
                self.resnet_weights(f"encoder.down.{i}.block.{b}", width, wanted)
                width = wanted
            if i < top:
                self.conv_weights(f"encoder.down.{i}.downsample.conv", width, width, 3)
        self.middle_weights("encoder.mid", width)
        self.norm_weights("encoder.norm_out", width)
        self.conv_weights("encoder.conv_out", 2 * s["z_channels"], width, 3)
        self.conv_weights("decoder.conv_in", width, s["z_channels"], 3)
        self.middle_weights("decoder.mid", width)
        for i in reversed(range(len(widths))):
            for b in range(s["num_res_blocks"] + 1):
                self.resnet_weights(f"decoder.up.{i}.block.{b}", width, widths[i])
                width = widths[i]
            if i > 0:
                self.conv_weights(f"decoder.up.{i}.upsample.conv", width, width, 3)
        self.norm_weights("decoder.norm_out", width)
        self.conv_weights("decoder.conv_out", 3, width, 3)

    def conv_weights(self, name, out, inner, k):
        self.w[name + ".weight"] = self.draws.normal(out, inner, k, k, scale=(inner * k * k) ** -0.5)
        self.w[name + ".bias"] = self.draws.normal(out, scale=0.1)

    def norm_weights(self, name, n):
        self.w[name + ".weight"] = self.draws.normal(n, scale=0.1, mean=1.0)
        self.w[name + ".bias"] = self.draws.normal(n, scale=0.1)

    def resnet_weights(self, name, inner, out):
        self.norm_weights(name + ".norm1", inner)
        self.conv_weights(name + ".conv1", out, inner, 3)
        self.norm_weights(name + ".norm2", out)
        self.conv_weights(name + ".conv2", out, out, 3)
        if inner != out:
            self.conv_weights(name + ".nin_shortcut", out, inner, 1)

    def middle_weights(self, name, n):
        self.resnet_weights(name + ".block_1", n, n)
        self.norm_weights(name + ".attn_1.norm", n)
        for part in ("q", "k", "v", "proj_out"):
            self.conv_weights(f"{name}.attn_1.{part}", n, n, 1)
        self.resnet_weights(name + ".block_2", n, n)

    def conv(self, x, name, stride=1, padding=None):
        w = self.w[name + ".weight"]
        k = w.shape[2]
        p = k // 2 if padding is None else padding
        x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), (2, 3))[:, :, ::stride, ::stride]
        return np.einsum("nchwij,ocij->nohw", windows, w, optimize=True) + self.w[name + ".bias"][:, None, None]

    def norm(self, x, name):
        groups = x.reshape(len(x), 32, -1)
        y = (groups - groups.mean(-1, keepdims=True)) / np.sqrt(groups.var(-1, keepdims=True) + 1e-6)
        return y.reshape(x.shape) * self.w[name + ".weight"][:, None, None] + self.w[name + ".bias"][:, None, None]

    def resnet(self, x, name):
        h = self.conv(silu(self.norm(x, name + ".norm1")), name + ".conv1")
        h = self.conv(silu(self.norm(h, name + ".norm2")), name + ".conv2")
        shortcut = name + ".nin_shortcut"
        return h + (self.conv(x, shortcut) if shortcut + ".weight" in self.w else x)

    def middle(self, x, name):
        x = self.resnet(x, name + ".block_1")
        n, c, _, _ = x.shape
        y = self.norm(x, name + ".attn_1.norm")
        q, k, v = (self.conv(y, f"{name}.attn_1.{z}").reshape(n, c, -1).transpose(0, 2, 1) for z in "qkv")
        mixed = (softmax(q @ k.transpose(0, 2, 1) / np.sqrt(c)) @ v).transpose(0, 2, 1).reshape(x.shape)
        return self.resnet(x + self.conv(mixed, name + ".attn_1.proj_out"), name + ".block_2")

    def encode(self, x):
        s = self.s
        h = self.conv(x, "encoder.conv_in")
        for i in range(len(s["ch_mult"])):
            for b in range(s["num_res_blocks"]):
                h = self.resnet(h, f"encoder.down.{i}.block.{b}")
            if i < len(s["ch_mult"]) - 1:
                h = np.pad(h, ((0, 0), (0, 0), (0, 1), (0, 1)))
                h = self.conv(h, f"encoder.down.{i}.downsample.conv", stride=2, padding=0)
        h = self.conv(silu(self.norm(self.middle(h, "encoder.mid"), "encoder.norm_out")), "encoder.conv_out")
        mean, logvar = np.split(h, 2, 1)
        if s["encoder_norm"]:
            mean = fold(layer_norm(unfold(mean, s["psz"])), *mean.shape[1:], s["psz"])
        return mean, np.zeros_like(mean) if s["deterministic"] else np.exp(0.5 * np.clip(logvar, -30, 20))

    def decode(self, z):
        h = self.middle(self.conv(z, "decoder.conv_in"), "decoder.mid")
        for i in reversed(range(len(self.s["ch_mult"]))):
            for b in range(self.s["num_res_blocks"] + 1):
                h = self.resnet(h, f"decoder.up.{i}.block.{b}")
            if i > 0:
                h = self.conv(h.repeat(2, 2).repeat(2, 3), f"decoder.up.{i}.upsample.conv")
        return self.conv(silu(self.norm(h, "decoder.norm_out")), "decoder.conv_out")

    def diffusers_names(self):
        top = len(self.s["ch_mult"]) - 1
        parts = {"norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0"}
        renamed = {}
        for name, value in self.w.items():
            if "conv_in" not in name and "conv_out" not in name:
                name = name.replace("nin_shortcut", "conv_shortcut").replace("norm_out", "conv_norm_out")
                name = re.sub(r"\bdown\.(\d)", r"down_blocks.\1", name)
                name = re.sub(r"\bup\.(\d)", lambda m: f"up_blocks.{top - int(m[1])}", name)
                name = name.replace(".block.", ".resnets.")
                name = name.replace(".downsample.", ".downsamplers.0.").replace(".upsample.", ".upsamplers.0.")
                name = re.sub(r"mid\.block_(\d)", lambda m: f"mid_block.resnets.{int(m[1]) - 1}", name)
                attention = re.fullmatch(r"(\w+)\.mid\.attn_1\.(\w+)\.(\w+)", name)
                if attention:
                    name = f"{attention[1]}.mid_block.attentions.0.{parts[attention[2]]}.{attention[3]}"
                    value = value[:, :, 0, 0] if value.ndim == 4 else value
            renamed[name] = value
        return renamed


def position_table(side, hidden):
    """The table of 2.10: columns in the first half, rows in the second, each as sines then cosines."""
    quarter = hidden // 4
    omega = 10000.0 ** (-np.arange(quarter) / quarter)
    column, row = np.tile(np.arange(side), side)[:, None], np.repeat(np.arange(side), side)[:, None]
    return f32(np.concatenate([f(z * omega) for z in (column, row) for f in (np.sin, np.cos)], -1))


# ---------------------------------------------------------------- the recorded run


class Run:
    def __init__(self, settings, autoencoder, draws, side):
        self.s = settings
        self.draws = draws
        self.model = Model(settings, draws)
        self.autoencoder = autoencoder
        self.table = position_table(side, settings["hidden"]) if side else None
        self.out = {} if self.table is None else {"gen_pos_embed": self.table[None]}

    def text(self, *shape):
        return self.draws.ids(5, self.s["vocab"] - 20, *shape)

    def padded(self, rows, length, padding):
        ids = self.text(rows, length)
        mask = np.ones_like(ids)
        for row, count in zip(mask, padding):
            row[:count] = 0
        ids[mask == 0] = self.s["pad"]
        return ids, mask

    def row(self, before, image_tokens, after):
        middle = [self.s["boi"]] + [self.s["placeholder"]] * image_tokens + [self.s["eoi"]]
        return np.concatenate([self.text(before), middle, self.text(after)]).astype(np.int64)

    def put(self, group, **values):
        self.out.update({f"{group}.{name}": value for name, value in values.items()})

    def parts(self, images):
        s, m, draw = self.s, self.model, self.draws
        ids, mask = self.padded(3, 7, [0, 2, 5])
        hidden = m.forward(m.embed(ids), mask)
        self.put("backbone", input_ids=ids, attention_mask=mask, hidden=hidden, logits=m.logits(hidden))
        p = s["patch"]
        latents = draw.normal(images, s["channels"], 2 * p, 3 * p)
        patches = unfold(latents, p)
        ids = np.stack([self.row(2, 6, 1) for _ in range(images)])
        embeds = m.embed(ids, patches.reshape(-1, s["token"]))
        self.put("mixed", input_ids=ids, latents=latents, patches=patches, unpatchified=latents, embeds=embeds)
        self.put("mixed", hidden=m.forward(embeds))
        x, c, t = draw.normal(4, s["token"]), draw.normal(4, s["hidden"]), draw.uniform(0, 1, 4)
        self.put("head", x=x, c=c, t=t, velocity=m.velocity(x, t, c), time_embedding=m.time_features(t))
        cell = 2 ** (len(self.autoencoder.s["ch_mult"]) - 1)
        pixels = draw.uniform(-1, 1, 2, 3, 4 * cell, 6 * cell)
        mean, std = self.autoencoder.encode(pixels)
        z = draw.normal(1, s["channels"], 2 * p, p)
        self.put("vae", pixels=pixels, mean=mean, std=std, z=z, decoded=self.autoencoder.decode(z))

    def sampler(self, group, kind, rows, blocks, noise_rows, args):
        c = self.draws.normal(rows * blocks, self.s["hidden"])
        steps = int(args[3])
        noise = self.draws.normal(draws_needed(kind, steps), noise_rows, self.s["token"])
        extra = {"last": args[4]} if kind == "s1" else {"eta": args[4]} if len(args) == 5 else {}
        out = sample(self.model, kind, c, rows, noise, args[0], args[1], args[2], steps, **extra)
        self.put(group, args=np.array(args, float), c=c, noise=noise, out=out)

    def picture(self, group, kind, pictures, noise_rows, args):
        s, m, p = self.s, self.model, self.s["patch"]
        height, width, steps, text, image, shift = args[:6]
        normalise, falling = args[6:8] if kind == "s1" else (0, 0)
        extra = {} if kind == "s1" else {"eta": args[6]}
        cell = 2 ** (len(self.autoencoder.s["ch_mult"]) - 1) * p
        rows, columns = int(height) // cell, int(width) // cell
        total = rows * columns
        blocks = 3 if image != 1 else 2 if text != 1 else 1
        ids, mask = self.padded(blocks * pictures, 8, [i % 4 for i in range(blocks * pictures)])
        ids[:, -1] = s["boi"]
        noise = self.draws.normal(total, draws_needed(kind, int(steps)), noise_rows, s["token"])
        embeds, seen, tokens = m.embed(ids), mask, []
        for n in range(total):
            hidden = m.forward(embeds, seen)[:, -1]
            if self.table is not None:
                hidden = hidden + self.table[n]
            scales = [1 + (g - 1) * (total - n) / total if falling else g for g in (text, image)]
            c = m.linear(hidden, "image_out_projector")
            token = sample(m, kind, c, pictures, noise[n], *scales, shift, int(steps), **extra)
            token = layer_norm(token) if normalise else token
            tokens.append(token)
            fed = np.tile(m.linear(token, "image_in_projector"), (blocks, 1))[:, None]
            embeds = np.concatenate([embeds, fed], 1)
            seen = np.concatenate([seen, np.ones((len(seen), 1), np.int64)], 1)
        tokens = np.stack(tokens, 1)
        latents = fold(tokens, s["channels"], rows * p, columns * p, p)
        v = self.autoencoder.s
        decoded = self.autoencoder.decode(latents / v["scaling_factor"] + v["shift_factor"])
        self.put(group, args=np.array(args, float), input_ids=ids, attention_mask=mask, noise=noise)
        self.put(group, tokens=tokens, latents=latents, image=decoded)

    def training(self):
        s, m, p, repeats = self.s, self.model, self.s["patch"], self.s["repeats"]
        ids = np.stack([self.row(3, 4, 2), self.row(2, 4, 3)])
        labels = ids.copy()
        labels[0, :2] = labels[1, -1] = -100
        latents = self.draws.normal(2, s["channels"], 2 * p, 2 * p)
        u = self.draws.normal(2 * 4 * repeats)
        noise = self.draws.normal(len(u), s["token"])
        tokens = unfold(latents, p)
        hidden = m.forward(m.embed(ids, tokens.reshape(-1, s["token"])))
        logits = m.logits(hidden)
        losses, conditions = [], [[], []]
        for row in range(2):
            for at in range(1, ids.shape[1]):
                if ids[row, at] == s["placeholder"]:
                    conditions[row].append(m.linear(hidden[row, at - 1], "image_out_projector"))
                elif labels[row, at] != -100:
                    losses.append(-np.log(softmax(logits[row, at - 1])[labels[row, at]]))
        c = np.concatenate([np.tile(np.array(z), (repeats, 1)) for z in conditions])
        data = np.concatenate([np.tile(z, (repeats, 1)) for z in tokens])
        t = sigmoid(u)
        x = t[:, None] * data + (1 - t[:, None]) * noise
        image = ((m.velocity(x, t, c) - (data - noise)) ** 2).mean()
        text, text_weight, image_weight = np.mean(losses), s["text_weight"], s["image_weight"]
        if s["by_tokens"]:
            text_weight, image_weight = (w * n / (len(losses) + 8) for w, n in ((text_weight, len(losses)), (image_weight, 8)))
        total = text_weight * text + image_weight * image
        self.put("train", input_ids=ids, labels=labels, latents=latents, noise=noise, u=u)
        self.put("train", loss=np.array(total), lm_loss=np.array(text), image_loss=np.array(image))


def save(path, tensors):
    path.parent.mkdir(parents=True, exist_ok=True)
    header, data, offset = {}, [], 0
    for name, value in tensors.items():
        if value.dtype == np.float64 and not name.endswith(".args"):
            value = value.astype(np.float32)
        kind = {"float32": "F32", "float64": "F64", "int64": "I64"}[str(value.dtype)]
        data.append(np.ascontiguousarray(value).tobytes())
        end = offset + len(data[-1])
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data))


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n")


def special(vocab):
    return {"pad": vocab - 8, "boi": vocab - 7, "eoi": vocab - 6, "placeholder": vocab - 5}


def config(s, **more):
    return {
        "model_type": "nextstep",
        "hidden_act": "silu",
        "hidden_size": s["hidden"],
        "intermediate_size": s["intermediate"],
        "num_hidden_layers": s["layers"],
        "num_attention_heads": s["heads"],
        "num_key_value_heads": s["kv_heads"],
        "head_dim": s["head_dim"],
        "rms_norm_eps": s["eps"],
        "rope_theta": s["theta"],
        "vocab_size": s["vocab"],
        "max_position_embeddings": 512,
        "tie_word_embeddings": s["tied"],
        "boi": s["boi"],
        "eoi": s["eoi"],
        "image_placeholder_id": s["placeholder"],
        "pad_token_id_added": s["pad"],
        "bos_token_id": 0,
        "eos_token_id": 1,
        "patch_size": s["patch"],
        "num_channels": s["channels"],
        "lm_loss_weight": s["text_weight"],
        "image_loss_weight": s["image_weight"],
        "use_gen_pos_embed": True,
        **more,
    }


def legacy(out, autoencoder, draws):
    """Names of NextStep-1.1; o bias, position table computed, edits, several pictures that share noise, non-square."""
    s = dict(hidden=48, intermediate=80, layers=2, heads=3, kv_heads=1, head_dim=24, eps=1e-5, theta=1e4, vocab=90)
    s.update(special(90), patch=2, channels=16, token=64, dim=40, blocks=2, mlp_ratio=1.0, repeats=3)
    s.update(output_bias=True, tied=False, before_lm_head=False, text_weight=0.01, image_weight=2.0, by_tokens=False)
    run = Run(s, autoencoder, draws, side=5)
    run.parts(images=2)
    run.sampler("sampler_s1.tiled", "s1", 4, 1, 2, [1, 1, 1, 6, 0.04, 2])
    run.sampler("sampler_s1.edit", "s1", 3, 3, 3, [5, 1.5, 2, 5, 0.1, 3])
    run.sampler("sampler_s1.no_last_step", "s1", 2, 2, 1, [5, 1, 1, 5, 0, 1])
    run.sampler("sampler_s2.edit", "s2", 4, 3, 2, [6, 2, 1.3, 7])
    run.picture("generate_s1", "s1", 2, 1, [32, 64, 6, 7.5, 2.0, 2.0, 1, 1])
    run.picture("generate_s3", "sde", 2, 2, [48, 16, 5, 3, 1, 1, 0.6])
    run.training()
    json_config = config(
        s,
        attention_bias=True,
        image_size=32,
        genloss_width=s["dim"],
        genloss_depth=s["blocks"],
        genloss_batch_mul=s["repeats"],
        base_image_grid_size=5,
        create_kwargs={"snr_type": "lognorm"},
        genloss_net_arch="mlp",
        image_encoder_name=None,
    )
    write(out / "legacy-names", run, run.model.w, json_config)
    save(out / "legacy-names/vae/diffusion_pytorch_model.safetensors", autoencoder.diffusers_names())
    write_json(out / "legacy-names/vae/config.json", autoencoder.s)


def trainer(out, autoencoder, draws):
    """Names of the public trainer; tied head behind a layer, wide MLPs, patch 1, position table stored, odd steps."""
    s = dict(hidden=32, intermediate=64, layers=2, heads=4, kv_heads=4, head_dim=8, eps=1e-6, theta=1e6, vocab=70)
    s.update(special(70), patch=1, channels=16, token=16, dim=24, blocks=3, mlp_ratio=2.5, repeats=2)
    s.update(output_bias=False, tied=True, before_lm_head=True, text_weight=0.3, image_weight=0.5, by_tokens=True)
    run = Run(s, autoencoder, draws, side=4)
    run.parts(images=1)
    run.sampler("sampler_s3.sde.guided", "sde", 2, 2, 2, [3, 1, 1.5, 4, 0.3])
    run.sampler("sampler_s3.sde.one_step", "sde", 1, 1, 1, [1, 1, 1, 1, 0.5])
    run.sampler("sampler_s3.cps.one_step", "cps", 1, 1, 1, [1, 1, 1, 1, 1])
    run.sampler("sampler_s3.ode.edit", "ode", 2, 3, 2, [3, 4, 0.5, 4, 0.8])
    run.picture("generate_s1", "s1", 1, 1, [24, 16, 6, 1, 1, 1, 0, 0])
    run.picture("generate_s3", "sde", 3, 3, [16, 24, 1, 1, 1, 2.2, 1])
    run.training()
    json_config = config(
        s,
        image_size=8,
        fm_head_dim=s["dim"],
        fm_head_layers=s["blocks"],
        fm_head_mlp_ratio=s["mlp_ratio"],
        fm_head_batch_mul=s["repeats"],
        use_token_length_weight=True,
        use_mlp_before_lm_head=True,
        hw_aspect_ratios_ids={},
        vae_name_or_path="../legacy-names/vae",
    )
    write(out / "trainer-names", run, {**run.model.w, "gen_pos_embed": run.table[None]}, json_config)


def write(folder, run, weights, json_config):
    save(folder / "model.safetensors", weights)
    save(folder / "expected.safetensors", run.out)
    write_json(folder / "config.json", json_config)


def main(out):
    draws = Draws(1)
    settings = dict(resolution=64, in_channels=3, out_ch=3, ch=32, ch_mult=[1, 1, 2, 1], num_res_blocks=1, z_channels=16)
    settings.update(scaling_factor=0.7, shift_factor=0.1, deterministic=False, encoder_norm=True, psz=2)
    autoencoder = Autoencoder(settings, draws)
    legacy(out, autoencoder, draws)
    trainer(out, autoencoder, draws)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
