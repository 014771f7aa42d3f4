#region usings
using DeepBelief;
using DeepBelief.Sampling;
using DeepBelief.Training;
using DeepBelief.Units;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/recommender.md.</summary>
public sealed class RecommenderSnippets : Support.SnippetTests
{
    [Fact]
    public void Items_of_the_same_taste_are_recommended()
    {
        var likes = Likes(1000, seed: 1);
        // Of other users: every third of their items is hidden from the model.
        var all = Likes(200, seed: 2);
        var hidden = zeros(200, 40);
        for (var item = 0L; item < 40; item += 3)
            hidden.select(1, item).fill_(1);
        var seen = all * (1 - hidden);

        #region train
        using var rbm = Rbm.Bernoulli(visible: 40, hidden: 20);
        rbm.Fit(likes, new()                                            // [users, 40 items], 1 for a like
        {
            Epochs = 60,
            NegativePhase = new PersistentContrastiveDivergence(steps: 1, chains: 100),
        });
        #endregion

        #region recommend
        using var scores = rbm.Reconstruct(seen);                       // [users, 40], in [0, 1]
        using var others = scores.masked_fill(seen.eq(1), -1);          // without what they know
        using var best = others.topk(5, dim: 1).indexes;                // [users, 5], the best first
        #endregion

        // Among the hidden items, the liked ones come first: compared with how popular an item is with all users.
        var byModel = Precision(scores, all, hidden);
        var byPopularity = Precision(likes.mean([0L], keepdim: true).expand(200, 40), all, hidden);
        best.shape.Should().Equal(200, 5);
        byModel.Should().BeGreaterThan(byPopularity + 0.2);

        #region unknown
        using var partly = where(hidden.eq(1), full(1, float.NaN), all);        // NaN: not asked
        using var generator = new Generator(1);
        using var draws = MarkovChain.FillMissing(rbm, partly.repeat(20, 1), 30, generator: generator);
        using var chances = draws.reshape(20, -1, 40).mean([0L]);       // [users, 40], part of the draws
        #endregion

        chances.shape.Should().Equal(200, 40);
        chances[seen.eq(1)].min().ToDouble().Should().Be(1);
        Precision(chances, all, hidden).Should().BeGreaterThan(byPopularity + 0.2);
    }

    [Fact]
    public void Ratings_are_predicted_from_a_viewer_s_others()
    {
        const int viewers = 300, films = 30;
        var stars = Stars(viewers, films, seed: 3);                     // 1 to 5
        using var generator = new Generator(4);
        var rated = rand(new long[] { viewers, films }, generator: generator).lt(0.3);

        #region ratings
        // [viewers, films * 5]: 1 at the stars that the viewer gave, NaN for films not rated
        using var ratings = nn.functional.one_hot(stars - 1, 5).to(ScalarType.Float32)
            .masked_fill(rated.logical_not().unsqueeze(2), float.NaN).flatten(1);

        using var rbm = new Rbm(new SoftmaxUnits(groups: films, categories: 5), new BernoulliUnits(20));
        rbm.Fit(ratings, new() { Epochs = 50, MissingValues = MissingValues.LeaveOut });

        using var chances = rbm.ReconstructKnown(ratings).reshape(viewers, films, 5);
        using var predicted = chances.matmul(arange(1f, 6f));           // [viewers, films], mean stars
        #endregion

        var unseen = rated.logical_not();
        Error(predicted).Should().BeLessThan(0.8 * Error(FilmMeans()));

        double Error(Tensor prediction) => (prediction - stars).square().masked_select(unseen).mean().sqrt().ToDouble();

        Tensor FilmMeans()
        {
            var known = rated.to(ScalarType.Float32);
            return ((stars * known).sum(0L, keepdim: true) / known.sum(0L, keepdim: true)).expand(viewers, films);
        }
    }

    // Viewers and films of three kinds; a viewer gives films of their own kind about two stars more.
    private static Tensor Stars(int viewers, int films, ulong seed)
    {
        using var generator = new Generator(seed);
        var same = arange(viewers).remainder(3).unsqueeze(1).eq(arange(films).remainder(3).unsqueeze(0)).to(ScalarType.Float32);
        return (2.2 + (2 * same) + (0.7 * randn(new long[] { viewers, films }, generator: generator))).round().clamp(1, 5).to(ScalarType.Int64);
    }

    // The part of the three hidden items with the highest scores that users do like.
    private static double Precision(Tensor scores, Tensor all, Tensor hidden)
        => all.gather(1, scores.masked_fill(hidden.eq(0), double.NegativeInfinity).topk(3, dim: 1).indexes).mean().ToDouble();

    // Four tastes of ten items each; users have one or two of them, and like seven in ten of its items, and one in twenty of the others.
    private static Tensor Likes(int users, ulong seed)
    {
        using var generator = new Generator(seed);
        var tastes = rand(new long[] { users, 4 }, generator: generator).lt(0.35).to(ScalarType.Float32);
        return rand(new long[] { users, 40 }, generator: generator).lt(0.05 + (0.65 * tastes.repeat_interleave(10, 1))).to(ScalarType.Float32);
    }
}
