using DeepBelief.Benchmarks.Peers;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Benchmarks.Training;

namespace DeepBelief.Benchmarks.Tests.Training;

public sealed class PeerTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void A_peer_that_can_not_run_here_is_skipped_with_the_reason_and_what_to_install()
    {
        using var peers = new PeerGroup(new(null), ThreadSetting.Default, [new PeerProgram("somebody", ["sklearn", "no_such_module_anywhere"], [])]);

        peers.IsEmpty.Should().BeTrue();
        peers.Notes.Should().ContainSingle().Which.Should().MatchRegex(
            @"^somebody skipped: no Python here has sklearn, no_such_module_anywhere \(.+\); on Debian, install python3-sklearn no_such_module_anywhere, ");
    }

    [Fact]
    public void A_Python_that_the_user_names_is_the_only_one_that_is_tried()
    {
        var find = () => new Python("/no/such/python").Find("sys");

        find.Should().Throw<WorkerException>().WithMessage("*there is no /no/such/python*");
    }

    [Theory]
    [InlineData("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", true)]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblasp-r0.3.21.so", false)]
    [InlineData("", false)]
    public void A_peer_with_the_reference_BLAS_is_told_as_such(string blas, bool slow)
    {
        var description = PeerProgram.FineTune(100).Describe(new("1.13.0", blas));

        description.Should().StartWith("eager PyTorch: version 1.13.0");
        description.Contains(blas, StringComparison.Ordinal).Should().BeTrue();
        description.Contains("libopenblas0-pthread", StringComparison.Ordinal).Should().Be(slow);
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

        Names(Workloads.Cd1).Should().Equal("eager TorchSharp", "eager PyTorch", "the original (Adam)");
        Names(Workloads.Cd10Large).Should().Equal("eager TorchSharp", "eager PyTorch", "the original (Adam)");
        Names(Workloads.Adam).Should().Equal("the original (Adam)");
        Names(Workloads.Pcd1).Should().Equal("scikit-learn BernoulliRBM, float64", "scikit-learn BernoulliRBM, float32");
        Names(Workloads.Gaussian).Should().BeEmpty();
    }
}
