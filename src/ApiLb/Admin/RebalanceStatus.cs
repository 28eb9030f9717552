namespace ApiLb.Admin;

/// <summary>What rebalancing a pool does, or would do.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Started">It was begun; false for a dry run and when nothing is to be done.</param>
/// <param name="Message">For people.</param>
/// <param name="Fullest">The backend that has most for its weight; null when nothing is to be done.</param>
/// <param name="Unevenness">Its connections by the mean, both by weight; 1 when nothing is to be done.</param>
/// <param name="FirstStep">Connections that the first step closes.</param>
internal sealed record RebalanceStatus(string Pool, bool Started, string Message, string? Fullest, double Unevenness, int FirstStep);
