using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class RandomTests
{
    [Fact]
    public void The_default_generator_gives_the_numbers_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        manual_seed(42);
        rand(5).ShouldBe(0.882269263, 0.915003955, 0.38286376, 0.959305644, 0.390448213);
        randn(4).ShouldBeWithin(1e-5, 0.325751871, -0.867628157, 1.523133874, 0.664664865);
        randn(20, dtype: float64).ShouldBeWithin(
            1e-5,
            1.189808649, -0.856339417, -0.676002832, -0.19582127, -0.613261243, -0.72868274, -0.728678356, 0.402855373, -0.577584222, -0.62347504,
            -0.087527297, -1.045895433, -0.53564539, 1.268157141, -2.190769914, -0.426062944, -0.543486814, 1.248797045, 0.597415242, 0.943530004);
        randperm(8).ShouldBe(2, 7, 0, 3, 5, 6, 1, 4);
        randint(0, 100, [6L]).ShouldBe(65, 89, 41, 45, 61, 39);
        bernoulli(full(10, 0.3)).ShouldBe(0, 1, 1, 0, 0, 1, 0, 1, 1, 1);
        empty(3).uniform_(-2, 3).ShouldBe(-1.688030243, -1.091845155, 2.999022245);
        empty(3).normal_(1, 2).ShouldBeWithin(1e-5, 1.054733157, -0.583229721, -0.12027847);
    }

    [Fact]
    public void A_generator_gives_the_numbers_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        rand(3, generator: generator).ShouldBe(0.53492254, 0.198803186, 0.659211695);
        randn(3, generator: generator).ShouldBeWithin(1e-5, -0.032551974, 1.011054397, 1.771493793);
        randperm(6, generator: generator).ShouldBe(1, 4, 3, 5, 0, 2);
        empty(2).uniform_(0, 1, generator).ShouldBe(0.720380425, 0.073051929);
        generator.manual_seed(7);
        rand(3, generator: generator).ShouldBe(0.53492254, 0.198803186, 0.659211695);
        generator.initial_seed().Should().Be(7);
        generator.device.type.Should().Be(DeviceType.CPU);
    }

    [Fact]
    public void A_state_can_be_kept_and_restored()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        rand(10, generator: generator);
        var state = generator.get_state();
        var first = rand(5, generator: generator);
        generator.set_state(state);
        rand(5, generator: generator).Equals(first).Should().BeTrue();

        var whole = get_rng_state();
        first = rand(5);
        set_rng_state(whole);
        rand(5).Equals(first).Should().BeTrue();
    }

    [Fact]
    public void A_generator_leaves_the_default_one_alone()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var undisturbed = rand(3);
        manual_seed(1);
        using var generator = new Generator(5);
        rand(100, generator: generator);
        ones(100).mul(0.5).bernoulli(generator);
        rand(3).Equals(undisturbed).Should().BeTrue();
    }

    [Fact]
    public void Frequencies_are_as_asked_for()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        var n = 40_000;

        // Within five standard errors.
        empty(n).bernoulli_(0.3, generator).mean().item<float>().Should().BeApproximately(0.3f, 0.012f);
        full(n, 0.7).bernoulli(generator).mean().item<float>().Should().BeApproximately(0.7f, 0.012f);
        empty(n).exponential_(2, generator).mean().item<float>().Should().BeApproximately(0.5f, 0.0125f);
        var counts = binomial(full(n, 10.0), full(n, 0.3), generator);
        counts.mean().item<float>().Should().BeApproximately(3, 0.037f);
        counts.var().item<float>().Should().BeApproximately(2.1f, 0.075f);
        full(n, 3.0).poisson(generator).mean().item<float>().Should().BeApproximately(3, 0.044f);
        var drawn = tensor([1f, 3f]).multinomial(n, replacement: true, generator);
        drawn.@float().mean().item<float>().Should().BeApproximately(0.75f, 0.011f);
        normal(2, 3, [n], generator: generator).std().item<float>().Should().BeApproximately(3, 0.054f);
    }
}
