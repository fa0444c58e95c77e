package stipple.eval.run;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;

/** Everything that decides how the pictures of a run look, by name. */
public final class RunIdentity {
    private RunIdentity() {}

    /** The model, and how it is asked. */
    public static Map<String, String> of(
            String suite, NextStepCheckpoint checkpoint, ModelIdentity identity, DrawSettings settings) {
        Map<String, String> who = new LinkedHashMap<>();
        who.put("suite", suite);
        who.put("model_hash", identity.hash());
        who.put("autoencoder_hash", identity.vaeHash());
        identity.adapters().forEach(adapter -> who.merge("adapters", adapter.toString(), (a, b) -> a + ", " + b));
        who.put("dtype", checkpoint.dtype().name().toLowerCase(Locale.ROOT));
        who.putAll(settings.inForce(checkpoint.config()));
        return who;
    }
}
