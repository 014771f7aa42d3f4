using DeepBelief.Benchmarks.Peers;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Benchmarks.Training;

namespace DeepBelief.Benchmarks.Tests.Training;

public sealed class PeerTests
{
    [Fact]
    public void A_peer_that_can_not_run_here_is_skipped_with_the_reason()
    {
        using var peers = new PeerGroup([new PeerProgram("somebody", ["no_such_module_anywhere"], [])]);

        peers.IsEmpty.Should().BeTrue();
        peers.Skipped.Should().ContainSingle().Which.Should().MatchRegex("^somebody skipped: .*(no_such_module_anywhere|there is no)");
    }

    [Fact]
    public void A_worker_that_ends_instead_of_answering_is_an_error_with_what_it_said_last()
    {
        var start = () => Worker.StartOwn(ThreadSetting.Default, "training-worker", "no-such-case", "1");

        start.Should().Throw<WorkerException>().WithMessage("*no-such-case*");
    }

    [Fact]
    public void Each_case_that_a_peer_can_do_has_one()
    {
        static IEnumerable<string> Names(string workload)
            => PeerProgram.Of((RbmWorkload)Workloads.Find(workload), rows: 1000, original: "folder").Select(peer => peer.Name);

        Names(Workloads.Cd1).Should().Equal("eager PyTorch", "the original (Adam)");
        Names(Workloads.Cd10Large).Should().Equal("eager PyTorch", "the original (Adam)");
        Names(Workloads.Adam).Should().Equal("the original (Adam)");
        Names(Workloads.Pcd1).Should().Equal("scikit-learn BernoulliRBM, float64", "scikit-learn BernoulliRBM, float32");
        Names(Workloads.Gaussian).Should().BeEmpty();
    }
}
