using DeepBelief.Evaluation;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Evaluation;

public sealed class AnomalyScoreTests
{
    [Fact]
    public void The_area_is_the_part_of_pairs_in_the_right_order()
    {
        using var scope = torch.NewDisposeScope();
        var known = torch.tensor(new[] { 1f, 3, 2, 2 });
        var others = torch.tensor(new[] { 2f, 5, 0 });
        // 2 is above one and level with two of four; 5 is above all; 0 above none.
        AnomalyScore.RocAuc(known, others).Should().BeApproximately((1 + (2 * 0.5) + 4) / 12, 1e-12);
        AnomalyScore.RocAuc(others, known).Should().BeApproximately(1 - (6.0 / 12), 1e-12);
        AnomalyScore.RocAuc(known, known + 10).Should().Be(1);
        var none = () => AnomalyScore.RocAuc(known, torch.zeros(0));
        none.Should().Throw<ArgumentException>().WithParameterName("outliers");
        var infinite = () => AnomalyScore.RocAuc(known / 0, others);
        infinite.Should().Throw<ArgumentException>().WithParameterName("inliers");
    }

    [Fact]
    public void The_free_energy_tells_data_from_noise()
    {
        using var scope = torch.NewDisposeScope();
        // Rows of two halves, each all ones or all zeros but for one bit in twenty; and rows of as many ones anywhere.
        var halves = Make.Bits(1, 2500, 2).repeat_interleave(torch.tensor(new[] { 8L, 8 }), 1);
        var rows = halves.ne(Make.Bits(2, 2500, 16, 0.05)).to(ScalarType.Float32);
        var noise = Make.Bits(3, 500, 16).to(ScalarType.Float32);
        using var rbm = Rbm.Bernoulli(16, 8);
        var before = Area();

        _ = rbm.Fit(rows.narrow(0, 0, 2000), new() { Epochs = 30 });

        before.Should().BeInRange(0.4, 0.6);
        Area().Should().BeGreaterThan(0.98);

        double Area() => AnomalyScore.RocAuc(rbm.FreeEnergy(rows.narrow(0, 2000, 500)), rbm.FreeEnergy(noise));
    }
}
