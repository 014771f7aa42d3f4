using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>Default weights grow where bits are rarely on; weights of the user's own stay, and a copy is as its original.</summary>
public sealed class InitialWeightTests
{
    private const int Words = 50;

    public static TheoryData<string> Copies => ["none", "clone", "file", "safetensors", "network", "clone of a clone"];

    [Theory]
    [MemberData(nameof(Copies))]
    public void Default_weights_grow_with_rare_bits_in_copies_too(string copy)
    {
        using var scope = torch.NewDisposeScope();
        using var original = Rbm.Bernoulli(Words, 4, seed: 3);
        using var expected = original.Weight.detach().clone();
        using var rbm = Copy(original, copy);
        rbm.InitializeFromData(RareBits());
        // The variance of bits that are on once in a hundred rows is less than a sixth of that of bits that count whole.
        rbm.Weight.ShouldBeNear(expected * Math.Sqrt(1 / (16 * 0.01 * 0.99)), 1e-5);

        // They grow once.
        using var grown = rbm.Weight.detach().clone();
        _ = Zero(((BernoulliUnits)rbm.Visible).Bias);
        rbm.InitializeFromData(RareBits());
        rbm.Weight.ShouldBeNear(grown, 0);
    }

    [Theory]
    [MemberData(nameof(Copies))]
    public void Weights_of_the_user_s_own_stay(string copy)
    {
        using var scope = torch.NewDisposeScope();
        using var assigned = Rbm.Bernoulli(Words, 4, seed: 3);
        using (torch.no_grad())
            _ = assigned.Weight[0, 0].add_(1);
        using var drawn = Rbm.Bernoulli(Words, 4, WeightInitialization.Normal(0.1), seed: 3);
        foreach (var original in new[] { assigned, drawn })
        {
            using var expected = original.Weight.detach().clone();
            using var rbm = Copy(original, copy);
            rbm.InitializeFromData(RareBits());
            rbm.Weight.ShouldBeNear(expected, 0);
        }
    }

    [Fact]
    public void A_copy_of_an_untrained_machine_learns_what_its_original_learns()
    {
        using var scope = torch.NewDisposeScope();
        var rows = RareBits();
        using var original = Rbm.Bernoulli(Words, 4);
        using var copy = original.Clone();
        _ = original.Fit(rows, new() { Epochs = 2 });
        _ = copy.Fit(rows, new() { Epochs = 2 });
        copy.Weight.ShouldBeNear(original.Weight, 0);
    }

    [Fact]
    public void Default_weights_are_known_in_another_element_type()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(Words, 4, dtype: ScalarType.Float64);
        using var before = rbm.Weight.detach().clone();
        rbm.InitializeFromData(RareBits().to(ScalarType.Float64));
        rbm.Weight.ShouldBeNear(before * Math.Sqrt(1 / (16 * 0.01 * 0.99)), 1e-5);
    }

    [Fact]
    public void Rare_bits_and_categories_are_known_by_their_support()
    {
        using var scope = torch.NewDisposeScope();
        using var own = new Supported(Words, UnitSupport.Binary);
        using var bits = new BernoulliUnits(Words);
        InputWidth.Of(own, RareBits()).Should().Be(InputWidth.Of(bits, RareBits())).And.BeApproximately(Words * 16 * 0.01 * 0.99, 1e-9);
        using var categories = new Supported(Words, UnitSupport.OneOf(Words));
        InputWidth.Of(categories, RareBits()).Should().Be(InputWidth.Of(bits, RareBits()));
    }

    // Each bit is on in one row of a hundred.
    private static Tensor RareBits() => torch.eye(100, Words);

    private static Tensor Zero(Tensor tensor)
    {
        using var noGrad = torch.no_grad();
        return tensor.zero_();
    }

    private static Rbm Copy(Rbm rbm, string copy)
    {
        switch (copy)
        {
            case "clone":
                return rbm.Clone();
            case "clone of a clone":
                using (var clone = rbm.Clone())
                    return clone.Clone();
            case "network":
                using (var dbn = new Dbn([rbm.Clone()]))
                {
                    using var loaded = Through(dbn.Save, Dbn.Load);
                    return loaded.Layers[0].Clone();
                }

            case "file":
                return Through(rbm.Save, Rbm.Load);
            case "safetensors":
                return Through((stream, _) => rbm.Save(stream, ModelFormat.Safetensors), Rbm.Load);
            default:
                return rbm;
        }
    }

    private static TModel Through<TModel>(Action<Stream, ModelFormat?> save, Func<Stream, torch.Device?, TModel> load)
    {
        using var stream = new MemoryStream();
        save(stream, null);
        return load(stream, null);
    }
}
