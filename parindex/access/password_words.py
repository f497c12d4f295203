"""Words that whoever guesses passwords tries first: folded to letters of ASCII and digits, without blanks."""

from __future__ import annotations

from typing import Final

COMMON: Final = """
password passwd passw0rd passphrase qwerty azerty admin administrator root user guest test demo default changeme welcome
login letmein master secret iloveyou sunshine princess monkey dragon football baseball superman batman shadow michael
trustno1 whatever starwars computer internet samsung google facebook zalo iphone android windows microsoft freedom hello
please access flower summer winter spring autumn january february march april june july august september october
november december monday friday love baby angel lovely cookie pepper ginger orange banana silver golden diamond killer
hunter soccer hockey jordan charlie thomas jessica ashley daniel donald liverpool chelsea arsenal manchester barcelona
pokemon naruto minecraft mustang ferrari porsche matrix blink zxcvbn asdfgh q1w2e3 q1w2e3r4 q1w2e3r4t5 1q2w3e 1q2w3e4r
1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc zaq12wsx qazwsx qazwsxedc
matkhau matma dangnhap taikhoan quantri quantrivien nguoidung hethong xinchao anhyeuem emyeuanh yeuem yeuanh yeunhau
anhnhoem emnhoanh tinhyeu giadinh conyeu bome khongbiet khongco khongnho vietnam hanoi saigon danang haiphong cantho hue
hochiminh tphcm sinhnhat hanhphuc maimai motminh bongda laptrinh maytinh mattroi hoahong ngoisao trangtien
"""
"""Of people everywhere and of Vietnam."""

CONTEXT: Final = """
parindex parindices paricd sipas papi pci cchc caicach caicachhanhchinh hanhchinh chiso chisocchc chisocaicachhanhchinh
diemso xephang tudanhgia thamdinh hoidong thuky lanhdao chuyenvien daumoi kiemchung khaosat congbo bangdiem sotaydiem
tieuchi danhgia coquan donvi chinhphu nhanuoc nhandan uyban uybannhandan ubnd hdnd hoidongnhandan vanphong thanhtra
bonoivu noivu bnv boquocphong quocphong bocongan congan bongoaigiao ngoaigiao botuphap tuphap botaichinh taichinh
bocongthuong congthuong bonongnghiepvamoitruong nongnghiep moitruong boxaydung xaydung giaothong
bovanhoathethaovadulich vanhoa thethao dulich bokhoahocvacongnghe khoahoc congnghe bogiaoducvadaotao giaoduc daotao
boyte soyte yte bodantocvatongiao dantoc tongiao nganhangnhanuoc nganhang vanphongchinhphu thanhtrachinhphu
sonoivu sotuphap sotaichinh socongthuong soxaydung phong chicuc cuc vanthu
tinh thanhpho thanhphohanoi thanhphohue thanhphodanang thanhphohaiphong thanhphocantho thanhphohochiminh
laichau dienbien sonla langson quangninh thanhhoa nghean hatinh caobang tuyenquang laocai thainguyen phutho bacninh
hungyen ninhbinh quangtri quangngai gialai khanhhoa lamdong daklak dongnai tayninh vinhlong dongthap camau angiang
"""
"""Of what is done here, and of the agencies that do it."""
