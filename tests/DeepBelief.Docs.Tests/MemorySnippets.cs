#region usings
using DeepBelief;
using DeepBelief.Units;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>docs/memory.md.</summary>
public sealed class MemorySnippets : Support.SnippetTests
{
    [Fact]
    public void What_a_method_returns_is_the_callers_and_what_it_takes_stays_so()
    {
        using var rows = ones(100, 10);
        using var rbm = Rbm.Bernoulli(visible: 10, hidden: 20);

        #region scope
        double best;
        using (NewDisposeScope())
        {
            var features = rbm.HiddenMean(rows);            // yours: the scope disposes it
            var energies = rbm.FreeEnergy(rows);
            best = energies.min().ToDouble();
        }
        #endregion

        #region outer
        Tensor Features(Tensor batch)
        {
            using var scope = NewDisposeScope();
            return rbm.HiddenMean(batch).round().MoveToOuterDisposeScope();
        }
        #endregion

        rows.IsInvalid.Should().BeFalse();
        double.IsFinite(best).Should().BeTrue();
        Features(rows).shape.Should().Equal(100, 20);
        // One of the two tensors that the function made is left.
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (Features(rows))
            DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before + 1);
    }

    [Fact]
    public void Machines_belong_to_the_network_and_copies_to_the_classifier()
    {
        using var rows = ones(2, 10);

        #region ownership
        var lower = new Rbm(new GaussianUnits(10), new BernoulliUnits(8));      // owns its units
        var upper = Rbm.Bernoulli(visible: 8, hidden: 4);
        var dbn = new Dbn(lower, upper);                    // owns both machines
        var net = dbn.ToClassifier(classes: 3);             // has copies of the weights
        dbn.Dispose();                                      // disposes lower and upper
        using var logits = net.call(rows);                  // still works
        net.Dispose();
        #endregion

        logits.shape.Should().Equal(2, 3);
        lower.Weight.IsInvalid.Should().BeTrue();
        upper.Weight.IsInvalid.Should().BeTrue();
    }
}
