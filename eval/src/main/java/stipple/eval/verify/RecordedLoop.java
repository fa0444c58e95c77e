package stipple.eval.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.Prompt;
import stipple.model.decode.TokenDraw;
import stipple.model.flow.Guidance;
import stipple.model.flow.GuidanceScales;
import stipple.model.flow.SolverProgram;
import stipple.model.generate.TokenSettings;
import stipple.model.text.PromptRow;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** A recorded run through a loop that draws pictures side by side: rows without padding, each picture with its own draws. */
final class RecordedLoop {
    private final DecodeBackend backend;
    private final TokenSettings settings;
    private final RecordedNoise noise;
    private final int pictures;

    /**
     * A loop over a backend, which it does not close.
     *
     * @param pictures pictures of the batch, which share the recorded draws as the batch did
     */
    RecordedLoop(DecodeBackend backend, TokenSettings settings, RecordedNoise noise, int pictures) {
        this.backend = backend;
        this.settings = settings;
        this.noise = noise;
        this.pictures = pictures;
    }

    /**
     * Draws all pictures.
     *
     * @param ids {@code [branches * pictures][tokens]} in blocks: conditional, image + negative, negative
     * @param mask 0 on padding
     * @return {@code [pictures, tokens, width]}
     */
    Tensor draw(long[][] ids, long[][] mask) {
        List<DecodeBackend.Picture> drawn = new ArrayList<>();
        try {
            for (int picture = 0; picture < pictures; picture++) {
                drawn.add(begin(ids, mask, picture));
            }
            List<Tensor> tokens = new ArrayList<>();
            for (int token = 0; token < settings.tokens(); token++) {
                tokens.add(next(drawn, token));
            }
            return Tensors.stack(tokens, 1);
        } finally {
            drawn.forEach(DecodeBackend.Picture::close);
        }
    }

    private DecodeBackend.Picture begin(long[][] ids, long[][] mask, int picture) {
        List<Prompt> prompts = new ArrayList<>();
        try {
            for (int row = picture; row < ids.length; row += pictures) {
                prompts.add(backend.read(withoutPadding(ids[row], mask[row]), new float[0]));
            }
            return backend.begin(prompts, settings.tokens(), 0);
        } finally {
            // A picture that was begun holds them itself.
            prompts.forEach(Prompt::release);
        }
    }

    private static PromptRow withoutPadding(long[] ids, long[] mask) {
        int[] kept = new int[ids.length];
        int count = 0;
        for (int i = 0; i < ids.length; i++) {
            if (mask[i] != 0) {
                kept[count++] = Math.toIntExact(ids[i]);
            }
        }
        return new PromptRow(Arrays.copyOf(kept, count));
    }

    private Tensor next(List<DecodeBackend.Picture> drawn, int token) {
        SolverProgram program = settings.sampler().program(settings.steps(), settings.shift());
        noise.startToken(token);
        float[][][] draws = new float[pictures][1 + program.draws()][];
        for (int i = 0; i <= program.draws(); i++) {
            float[] all = noise.next().toFloats();
            int width = all.length / pictures;
            for (int picture = 0; picture < pictures; picture++) {
                draws[picture][i] = Arrays.copyOfRange(all, picture * width, (picture + 1) * width);
            }
        }
        List<TokenDraw> asked = new ArrayList<>();
        for (int picture = 0; picture < pictures; picture++) {
            asked.add(new TokenDraw(drawn.get(picture), program, scales(token), settings.normalize(), draws[picture]));
        }
        backend.advance(asked);
        List<Tensor> tokens = new ArrayList<>();
        for (TokenDraw draw : asked) {
            if (draw.failure() != null) {
                throw draw.failure();
            }
            tokens.add(Tensors.of(draw.token(), draw.token().length));
        }
        return Tensors.stack(tokens, 0);
    }

    private Guidance scales(int token) {
        Guidance g = settings.guidance();
        return new Guidance(
                GuidanceScales.at(settings.schedule(), g.text(), token, settings.tokens()),
                GuidanceScales.at(settings.schedule(), g.image(), token, settings.tokens()));
    }
}
