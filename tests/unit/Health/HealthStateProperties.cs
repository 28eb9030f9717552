using ApiLb.Health;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Health;

public sealed class HealthStateProperties
{
    private static readonly Arbitrary<char[]> Sequences = Gen.Elements(EvidenceLetters.All.ToCharArray()).ArrayOf().ToArbitrary();

    [Fact]
    public void FailuresShorterThanFall_NeverTakeABackendOut() =>
        Prop.ForAll(Gen.Choose(2, 5).ToArbitrary(), Gen.Elements('-', 'u', 'h').ArrayOf().ToArbitrary(), (fall, failures) =>
        {
            HealthState state = new(Policy(fall, rise: 2));
            Report(state, '+', 0);
            foreach (var run in failures.Chunk(fall - 1))
            {
                foreach (var letter in run)
                {
                    Report(state, letter, 1);
                }

                Report(state, '+', 1);
            }

            return state.Current is { Status: HealthStatus.Ready, Since.Ticks: 0 };
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FallFailuresOfAnyKind_TakeABackendOut() =>
        Prop.ForAll(Gen.Choose(1, 5).ToArbitrary(), Gen.Elements('-', 'u', 'h', 'p', 's').ArrayOf(5).ToArbitrary(), (fall, failures) =>
        {
            HealthState state = new(Policy(fall, rise: 2));
            Report(state, '+', 0);
            foreach (var letter in failures.Take(fall))
            {
                Report(state, letter, 1);
            }

            return state.Current.Status is HealthStatus.NotReady or HealthStatus.Dead or HealthStatus.Draining;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void RisePasses_BringAnyBackendBack() =>
        Prop.ForAll(Sequences, Gen.Choose(1, 5).ToArbitrary(), (history, rise) =>
        {
            HealthState state = new(Policy(fall: 2, rise));
            foreach (var letter in history)
            {
                Report(state, letter, 1);
            }

            for (var pass = 0; pass < rise; pass++)
            {
                Report(state, '+', 2);
            }

            return state.Current.Status is HealthStatus.Ready or HealthStatus.Warming;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Report_TellsExactlyTheFlips() =>
        Prop.ForAll(Sequences, history =>
        {
            HealthState state = new(Policy(fall: 2, rise: 2));
            return history.Select((letter, second) =>
            {
                var before = state.Current;
                var flip = Report(state, letter, second);
                return flip is null
                    ? ReferenceEquals(state.Current, before)
                    : flip.Value.From == before.Status && flip.Value.To == state.Current
                        && (state.Current.Status, state.Current.IsSilent) != (before.Status, before.IsSilent);
            }).All(holds => holds);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Clients_OnlyMakeSuspects() =>
        Prop.ForAll(Sequences, history =>
        {
            HealthState state = new(Policy(fall: 2, rise: 2));
            foreach (var letter in history)
            {
                Report(state, letter, 1);
            }

            return Report(state, 'c', 2) is not { } flip
                || (flip.To.Status == HealthStatus.Suspect && flip.From is HealthStatus.Ready or HealthStatus.Warming);
        }).QuickCheckThrowOnFailure();

    private static HealthPolicy Policy(int fall, int rise) => new(fall, rise, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10));

    private static HealthTransition? Report(HealthState state, char letter, double second) =>
        state.Report(new HealthReport(EvidenceLetters.Read(letter), HealthCause.Passed, "test"), TimeSpan.FromSeconds(second));
}
