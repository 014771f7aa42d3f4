using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class PointwiseTests
{
    private static readonly double[] Any = [-1.5, -0.25, 0.5, 2.0];
    private static readonly double[] Positive = [0.125, 0.5, 1.0, 2.5];

    public static TheoryData<string, Func<Tensor, Tensor>, Func<Tensor, Tensor>?, double[], double[]> Functions => new()
    {
        { "abs", t => t.abs(), t => t.abs_(), Any, [1.5, 0.25, 0.5, 2.0] },
        { "neg", t => t.neg(), t => t.neg_(), Any, [1.5, 0.25, -0.5, -2.0] },
        { "unary minus", t => -t, null, Any, [1.5, 0.25, -0.5, -2.0] },
        { "exp", t => t.exp(), t => t.exp_(), Any, [0.22313016, 0.778800783, 1.648721271, 7.389056099] },
        { "exp2", t => t.exp2(), t => t.exp2_(), Any, [0.353553391, 0.840896415, 1.414213562, 4.0] },
        { "expm1", t => t.expm1(), t => t.expm1_(), Any, [-0.77686984, -0.221199217, 0.648721271, 6.389056099] },
        { "sigmoid", t => t.sigmoid(), t => t.sigmoid_(), Any, [0.182425524, 0.437823499, 0.622459331, 0.880797078] },
        { "tanh", t => t.tanh(), t => t.tanh_(), Any, [-0.905148254, -0.244918662, 0.462117157, 0.96402758] },
        { "sin", t => t.sin(), t => t.sin_(), Any, [-0.997494987, -0.247403959, 0.479425539, 0.909297427] },
        { "cos", t => t.cos(), t => t.cos_(), Any, [0.070737202, 0.968912422, 0.877582562, -0.416146837] },
        { "tan", t => t.tan(), t => t.tan_(), Any, [-14.101419947, -0.255341921, 0.54630249, -2.185039863] },
        { "sinh", t => t.sinh(), t => t.sinh_(), Any, [-2.129279455, -0.252612317, 0.521095305, 3.626860408] },
        { "cosh", t => t.cosh(), t => t.cosh_(), Any, [2.352409615, 1.0314131, 1.127625965, 3.762195691] },
        { "atan", t => t.atan(), t => t.atan_(), Any, [-0.982793723, -0.244978663, 0.463647609, 1.107148718] },
        { "relu", t => t.relu(), t => t.relu_(), Any, [0.0, 0.0, 0.5, 2.0] },
        { "erf", t => t.erf(), t => t.erf_(), Any, [-0.966105146, -0.27632639, 0.520499878, 0.995322265] },
        { "erfc", t => t.erfc(), t => t.erfc_(), Any, [1.966105146, 1.27632639, 0.479500122, 0.004677735] },
        { "erfinv", t => t.erfinv(), t => t.erfinv_(), [-0.5, 0, 0.25, 0.9], [-0.476936276, 0.0, 0.225312055, 1.163087154] },
        { "floor", t => t.floor(), t => t.floor_(), Any, [-2.0, -1.0, 0.0, 2.0] },
        { "ceil", t => t.ceil(), t => t.ceil_(), Any, [-1.0, 0.0, 1.0, 2.0] },
        { "trunc", t => t.trunc(), t => t.trunc_(), Any, [-1.0, 0.0, 0.0, 2.0] },
        { "frac", t => t.frac(), t => t.frac_(), Any, [-0.5, -0.25, 0.5, 0.0] },
        { "sign", t => t.sign(), t => t.sign_(), Any, [-1.0, -1.0, 1.0, 1.0] },
        { "square", t => t.square(), null, Any, [2.25, 0.0625, 0.25, 4.0] },
        { "log", t => t.log(), t => t.log_(), Positive, [-2.079441542, -0.693147181, 0.0, 0.916290732] },
        { "log1p", t => t.log1p(), t => t.log1p_(), Positive, [0.117783036, 0.405465108, 0.693147181, 1.252762968] },
        { "log2", t => t.log2(), t => t.log2_(), Positive, [-3.0, -1.0, 0.0, 1.321928095] },
        { "log10", t => t.log10(), t => t.log10_(), Positive, [-0.903089987, -0.301029996, 0.0, 0.397940009] },
        { "sqrt", t => t.sqrt(), t => t.sqrt_(), Positive, [0.353553391, 0.707106781, 1.0, 1.58113883] },
        { "rsqrt", t => t.rsqrt(), t => t.rsqrt_(), Positive, [2.828427125, 1.414213562, 1.0, 0.632455532] },
        { "reciprocal", t => t.reciprocal(), t => t.reciprocal_(), Positive, [8.0, 2.0, 1.0, 0.4] },
        { "lgamma", t => t.lgamma(), t => t.lgamma_(), Positive, [2.019418358, 0.572364943, 0.0, 0.28468287] },
        { "digamma", t => t.digamma(), t => t.digamma_(), Positive, [-8.388492663, -1.963510026, -0.577215665, 0.703156641] },
        { "round", t => t.round(), t => t.round_(), [0.5, 1.5, -2.5, 2.345], [0.0, 2.0, -2.0, 2.0] },
        { "round to decimals", t => t.round(2), t => t.round_(2), [2.344, -1.256], [2.34, -1.26] },
        { "log_sigmoid", t => t.log_sigmoid(), null, Any, [-1.701413278, -0.82593942, -0.474076984, -0.126928011] },
        { "softplus", t => t.softplus(), null, Any, [0.201413278, 0.57593942, 0.974076984, 2.126928011] },
        { "softplus with beta and threshold", t => t.softplus(2, 1), null, Any, [0.024293676, 0.237038492, 0.656630844, 2.0] },
        { "softmax", t => t.softmax(0), null, Any, [0.022224765, 0.077572053, 0.164220037, 0.735983145] },
        { "log_softmax", t => t.log_softmax(0), null, Any, [-3.806548061, -2.556548061, -1.806548061, -0.306548061] },
        { "logit", t => t.logit(), t => t.logit_(), [0.1, 0.5, 0.999], [-2.197224577, 0.0, 6.906754779] },
        { "logit with eps", t => t.logit(0.01), t => t.logit_(0.01), [0, 1], [-4.59511985, 4.59511985] },
        { "clamp", t => t.clamp(-1, 1), t => t.clamp_(-1, 1), Any, [-1, -0.25, 0.5, 1] },
        { "clamp from below", t => t.clamp(min: 0), t => t.clamp_(min: 0), Any, [0, 0, 0.5, 2] },
        { "clamp_min", t => t.clamp_min(0.25), t => t.clamp_min_(0.25), Any, [0.25, 0.25, 0.5, 2] },
        { "clamp_max", t => t.clamp_max(0.25), t => t.clamp_max_(0.25), Any, [-1.5, -0.25, 0.25, 0.25] },
        { "pow", t => t.pow(3), t => t.pow_(3), Any, [-3.375, -0.015625, 0.125, 8] },
        { "nan_to_num", t => t.nan_to_num(5, 6, 7), t => t.nan_to_num_(5, 6, 7), [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1], [5, 6, 7, 1] },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_gives_the_values_of_PyTorch(string name, Func<Tensor, Tensor> function, Func<Tensor, Tensor>? inPlace, double[] arguments, double[] expected)
    {
        using var scope = NewDisposeScope();
        name.Should().NotBeEmpty();
        function(Vector(arguments)).ShouldBe(expected);
        if (inPlace is null) return;

        var changed = Vector(arguments);
        var returned = inPlace(changed);
        changed.ShouldBe(expected);
        returned.ShouldBe(expected);
    }

    [Fact]
    public void Functions_of_two_tensors_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var (x, p) = (Vector(Any), Vector(Positive));
        x.logaddexp(p).ShouldBe(0.304744635, 0.886871006, 1.474076984, 2.974076984);
        logaddexp(x, p).ShouldBe(0.304744635, 0.886871006, 1.474076984, 2.974076984);
        Vector(0, 1, 2).xlogy(Vector(0, 2, 3)).ShouldBe(0, 0.693147181, 2.197224577);
        x.lerp(p, tensor(0.25)).ShouldBe(-1.09375, -0.0625, 0.625, 2.125);
        x.maximum(p).ShouldBe(0.125, 0.5, 1, 2.5);
        x.minimum(p).ShouldBe(-1.5, -0.25, 0.5, 2);
        Vector(double.NaN, 1).fmax(Vector(2, 0)).ShouldBe(2, 1);
        x.clamp(p - 1, p).ShouldBe(-0.875, -0.25, 0.5, 2);
        p.pow(x).ShouldBe(22.627416998, 1.189207115, 1, 6.25);
    }

    [Fact]
    public void Functions_of_the_special_values_are_exact()
    {
        using var scope = NewDisposeScope();
        var t = Vector(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0);
        t.isnan().ShouldBe(1, 0, 0, 0);
        t.isinf().ShouldBe(0, 1, 1, 0);
        t.isfinite().ShouldBe(0, 0, 0, 1);
        isfinite(t).ShouldBe(0, 0, 0, 1);
        t.sigmoid()[1].item<double>().Should().Be(1);
        t.exp()[2].item<double>().Should().Be(0);
    }
}
