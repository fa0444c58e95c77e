package stipple.train.reward;

import java.util.List;
import java.util.Map;
import stipple.model.image.PixelImage;

/** A reward of kind {@code halves} that sees where a picture is right: its left half is worth how bright it is. */
public final class HalvesRewardProvider implements RewardProvider {
    /** For the service loader. */
    public HalvesRewardProvider() {}

    @Override
    public String kind() {
        return "halves";
    }

    @Override
    public Reward open(Map<String, String> options) {
        return new Halves();
    }

    private record Halves() implements LocatingReward {
        @Override
        public double[] scores(List<Judged> pictures) {
            return pictures.stream().mapToDouble(Halves::left).toArray();
        }

        @Override
        public List<Located> located(List<Judged> pictures) {
            return pictures.stream()
                    .mapToDouble(Halves::left)
                    .mapToObj(left -> new Located(left, List.of(new Located.Part(0, 0, 0.5, 1, left)), 0))
                    .toList();
        }

        private static double left(Judged judged) {
            PixelImage picture = judged.picture();
            double sum = 0;
            for (int y = 0; y < picture.height(); y++) {
                for (int x = 0; x < picture.width() / 2; x++) {
                    sum += (picture.rgb()[y * picture.width() + x] & 0xFF) / 255.0;
                }
            }
            return sum * 2 / (picture.width() * picture.height());
        }
    }
}
