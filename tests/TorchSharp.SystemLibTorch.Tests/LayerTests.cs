using TorchSharp.Modules;
using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class LayerTests
{
    [Fact]
    public void Linear_multiplies_by_its_weights_and_starts_like_PyTorch()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var linear = Linear(3, 2);
        linear.weight.ShouldBe(-0.572427154, -0.455449253, -0.247287795, -0.546225488, -0.032776911, -0.507933974);
        linear.in_features.Should().Be(3);
        linear.out_features.Should().Be(2);
        linear.bias!.shape.Should().Equal(2);
        var x = rand(4, 3);
        var expected = x.mm(linear.weight.t()) + linear.bias;
        linear.call(x).allclose(expected).Should().BeTrue();
        Linear(3, 2, hasBias: false).bias.Should().BeNull();
        var copy = Linear(new Parameter(ones(1, 2)), new Parameter(ones(1)));
        copy.call(ones(1, 2)).ShouldBe(3);
    }

    [Fact]
    public void Activations_apply_their_functions()
    {
        using var scope = NewDisposeScope();
        var x = Vector(-1.5, -0.25, 0.5, 2);
        Sigmoid().call(x).ShouldBe(0.182425524, 0.437823499, 0.622459331, 0.880797078);
        ReLU().call(x).ShouldBe(0, 0, 0.5, 2);
        Tanh().call(x).ShouldBe(-0.905148254, -0.244918662, 0.462117157, 0.96402758);
        Softmax(0).call(x).ShouldBe(0.022224765, 0.077572053, 0.164220037, 0.735983145);
        LogSoftmax(0).call(x).ShouldBe(-3.806548061, -2.556548061, -1.806548061, -0.306548061);
        LogSigmoid().call(x).ShouldBe(-1.701413278, -0.82593942, -0.474076984, -0.126928011);
        Softplus().call(x).ShouldBe(0.201413278, 0.57593942, 0.974076984, 2.126928011);
        Identity().call(x).ShouldBe(-1.5, -0.25, 0.5, 2);
        ReLU(inplace: true).call(x);
        x.ShouldBe(0, 0, 0.5, 2);
    }

    [Fact]
    public void Dropout_drops_while_training_only()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var dropout = Dropout(0.25);
        var x = ones(4000);
        var y = dropout.call(x);
        var kept = y > 0;
        kept.@float().mean().item<float>().Should().BeApproximately(0.75f, 0.035f);
        y.masked_select(kept).max().ShouldBe(4.0 / 3);
        y.masked_select(kept).min().ShouldBe(4.0 / 3);
        dropout.eval();
        dropout.call(x).Equals(x).Should().BeTrue();
    }

    [Fact]
    public void Sequential_applies_its_modules_in_order()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Linear(2, 3), Linear(3, 1));
        var net = Sequential(("a", a), ("act", Sigmoid()), ("b", b));
        var x = rand(5, 2);
        net.call(x).allclose(b.call(a.call(x).sigmoid())).Should().BeTrue();
        net.named_parameters().Select(p => p.name).Should().Equal("a.weight", "a.bias", "b.weight", "b.bias");
        net.Count.Should().Be(3);
        net[0].Should().BeSameAs(a);
        net[1..].Count.Should().Be(2);
        net.append(ReLU());
        net.named_children().Select(c => c.name).Should().Equal("a", "act", "b", "3");
        net.to(float64);
        net.parameters().Should().OnlyContain(p => p.dtype == ScalarType.Float64);
        net.eval();
        a.training.Should().BeFalse();
    }

    [Fact]
    public void Losses_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { 1, 2, -0.5 }, { 0.25, -1, 0.75 } }, requires_grad: true);
        var labels = tensor([1L, 2]);
        var loss = CrossEntropyLoss().call(logits, labels);
        loss.ShouldBe(0.4741617534444581);
        loss.backward();
        logits.grad!.ShouldBe(0.126858091, -0.155163957, 0.028305866, 0.170344631, 0.048804554, -0.219149184);
        CrossEntropyLoss(reduction: Reduction.Sum).call(logits, labels).ShouldBe(0.9483235068889162);
        CrossEntropyLoss(reduction: Reduction.None).call(logits, labels).ShouldBe(0.371539032, 0.576784475);
        CrossEntropyLoss(weight: Vector(1, 2, 0.5)).call(logits, labels).ShouldBe(0.4125881204893929);
        CrossEntropyLoss(ignore_index: 2).call(logits, labels).ShouldBe(0.37153903185268283);
        functional.cross_entropy(logits, labels, label_smoothing: 0.1).ShouldBe(0.5699950867777914);
        CrossEntropyLoss().call(logits, (logits.detach() * 2).softmax(1)).ShouldBe(0.6254687187090264);
        functional.nll_loss(logits.log_softmax(1), labels).ShouldBe(0.4741617534444581);

        var (x, target) = (Vector(-1, 0.5, 2), Vector(0, 1, 0.25));
        BCEWithLogitsLoss().call(x, target).ShouldBe(0.8047555609137674);
        BCEWithLogitsLoss(reduction: Reduction.Sum, pos_weights: Vector(2, 3, 0.5)).call(x, target).ShouldBe(3.346554649721144);
        functional.binary_cross_entropy(x.sigmoid(), target).ShouldBe(0.8047555609137674);
        MSELoss().call(x, target).ShouldBe(1.4375);
        functional.l1_loss(x, target, Reduction.Sum).ShouldBe(3.25);
        functional.one_hot(labels, 3).ShouldBe(0, 1, 0, 0, 0, 1);
    }

    [Fact]
    public void Initial_values_are_those_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var t = empty(2, 3);
        init.xavier_uniform_(t).ShouldBe(0.158176929, 0.118035324, 1.066591024, 0.236681014, -0.581339657, -0.111342207);
        init.kaiming_normal_(t).ShouldBeWithin(1e-5, -0.737647295, 0.574473917, -0.150855646, -0.261180758, -0.366571516, -1.776726365);
        init.constant_(t, 2.5).sum().ShouldBe(15);
        init.ones_(t).sum().ShouldBe(6);
        init.zeros_(t).sum().ShouldBe(0);
        var parameter = new Parameter(empty(1000));
        init.normal_(parameter, 1, 0.5).mean().item<float>().Should().BeApproximately(1, 0.08f);
        init.uniform_(parameter, 2, 3).min().item<float>().Should().BeInRange(2, 2.1f);
        parameter.is_leaf.Should().BeTrue();
        init.calculate_gain(init.NonlinearityType.LeakyReLU, 1).Should().BeApproximately(1, 1e-12);
    }

    [Fact]
    public void Gradients_are_clipped_to_a_common_norm()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(zeros(2)) { grad = tensor([3f, 4f]) };
        var b = new Parameter(zeros(1)) { grad = tensor([12f]) };
        nn.utils.clip_grad_norm_([a, b], 6.5).Should().BeApproximately(13, 1e-6);
        a.grad!.ShouldBe(1.499999881, 1.999999881);
        b.grad!.ShouldBe(5.999999523);
        nn.utils.clip_grad_norm_([a, b], 100).Should().BeApproximately(6.5, 1e-5);
        b.grad!.ShouldBe(5.999999523);
        nn.utils.clip_grad_value_([a, b], 2);
        b.grad!.ShouldBe(2);
    }
}
