from helpers.train import order


def test_each_epoch_has_its_own_order_and_the_same_again_after_a_resume():
    lengths = [5, 90, 7, 60, 8, 40, 9, 30, 11, 20]
    sampler = order.ByLength(lengths, together=2, seed=3)
    first = list(sampler)
    sampler.set_epoch(1)
    second = list(sampler)
    assert sorted(first) == sorted(second) == list(range(10)) and first != second
    resumed = order.ByLength(lengths, together=2, seed=3)
    resumed.set_epoch(1)
    assert list(resumed) == second
    assert list(order.ByLength(lengths, together=2, seed=4)) != first
